use super::*;
use crate::snapshot::Noun;

/// A tree of files, read.
fn read_tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Tree) {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let tree = walked(directory.path());
    (directory, tree)
}

fn walked(path: &std::path::Path) -> Tree {
    let mut walk = Walk::default();
    walk.add("deploy/", path);
    let mut tree = Tree::read(&walk.files, None);
    walk.broken.iter().for_each(|(file, because)| tree.broken(file, because));
    tree
}

fn references(tree: &Tree) -> Vec<String> {
    tree.objects.iter().map(Object::reference).collect()
}

fn unjudged(tree: &Tree) -> Vec<(String, bool)> {
    tree.unjudged.iter().map(|entry| (format!("{}: {}", entry.what, entry.because), entry.in_doubt)).collect()
}

const CRONJOB: &str = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: backup, namespace: ns}\nspec: {schedule: '0 * * * *'}\n";

#[test]
fn files_are_walked_in_order_and_hidden_ones_are_not() {
    let config_map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    let (_directory, tree) = read_tree(&[
        ("b.yml", &config_map("b")),
        ("a/c.JSON", r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}"#),
        (".git/x.yaml", &config_map("hidden")),
        ("notes.txt", "kind: none"),
        ("a.yaml", &format!("{}---\n# nothing\n---\n{}", config_map("a1"), config_map("a2"))),
    ]);
    assert_eq!(references(&tree), ["ConfigMap/c", "ConfigMap/a1", "ConfigMap/a2", "ConfigMap/b"]);
    assert_eq!((tree.files, tree.doubts.len()), (3, 0));
    let place = tree.objects.first().map(|object| object.place(None, None));
    assert_eq!(place.and_then(|place| place.file).as_deref(), Some("deploy/a/c.JSON"));
}

#[test]
fn lists_are_flattened_and_typed_lists_give_their_kind() {
    let text = "apiVersion: v1
kind: List
items:
  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
  - {apiVersion: batch/v1, kind: CronJobList, items: [{metadata: {name: j, namespace: ns}}]}
";
    let (_directory, tree) = read_tree(&[("list.yaml", text)]);
    assert_eq!(references(&tree), ["Deployment/d", "CronJob/ns/j"]);
    assert!(tree.objects.iter().all(|object| object.version == "v1" && !object.group.is_empty()));
}

#[test]
fn what_holds_no_object_is_listed_and_has_no_effect() {
    let table: &[(&str, &str)] = &[
        ("values-prod.yaml", "replicas: 3\n"),
        ("Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        ("kustomization.yaml", "namespace: x\n"),
        ("package.json", "{\"name\": \"x\"}"),
        ("list.json", "[1, 2]"),
        ("text.yaml", "just words\n"),
        ("config.yaml", "apiVersion: v1\nkind: Config\n"),
    ];
    for (name, text) in table {
        let (_directory, tree) = read_tree(&[(name, text)]);
        assert!(tree.objects.is_empty() && tree.doubts.is_empty(), "{name}: {:?}", tree.doubts);
        assert!(matches!(tree.unjudged.as_slice(), [entry] if !entry.in_doubt), "{name}: {:?}", unjudged(&tree));
    }
}

#[test]
fn what_may_hold_an_object_puts_its_nouns_in_doubt() {
    let all = DECLARABLE.len();
    let table: &[(&str, &str, usize)] = &[
        ("broken.yaml", "a: [\n", all),
        ("release.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\n", all),
        ("app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n", all),
        ("t.yaml", "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {{ .Values.name }}\n", 4),
        ("t.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n", 0),
        ("t.yaml", "kind: {{ .Values.kind }}\n", all),
        ("t.yaml", "{{- range .Values.jobs }}\n{{ . }}\n", all),
        ("q.yaml", "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: \"{{ .Release.Name }}-backup\"}\n", 4),
        ("p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {$patch: replace}\n", 5),
        ("n.yaml", "apiVersion: batch/v1\nkind: CronJob\nspec: {}\n", 4),
        ("kustomization.yaml", "resources: [https://example.com/base]\n", all),
        ("kustomization.yaml", "patches: [{target: {kind: PrometheusRule}, path: p.json}]\n", 1),
        ("kustomization.yaml", "patches: [{patch: '- {op: remove, path: /spec}'}]\n", all),
    ];
    for (name, text, nouns) in table {
        let (_directory, tree) = read_tree(&[(name, text)]);
        assert!(tree.objects.is_empty(), "{text}");
        assert_eq!(tree.doubts.len(), *nouns, "{text}: {:?}", unjudged(&tree));
        assert_eq!(tree.unjudged.iter().any(|entry| entry.in_doubt), *nouns > 0, "{text}");
    }
}

#[test]
fn a_file_that_a_kustomization_patches_with_is_no_object() {
    let kustomization =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [base.yaml]\npatches: [{path: patch.yaml}]\n";
    let (_directory, tree) = read_tree(&[("kustomization.yaml", kustomization), ("base.yaml", CRONJOB), ("patch.yaml", CRONJOB)]);
    assert_eq!(references(&tree), ["CronJob/ns/backup"]);
    assert!(tree.doubts.contains_key(&Noun::Schedule) && !tree.doubts.contains_key(&Noun::Workload));
}

#[test]
fn quoted_templates_below_a_chart_are_no_objects_and_alerts_elsewhere_are() {
    let rule = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: r}\nspec: {a: \"{{ $labels.x }}\"}\n";
    let (_directory, tree) = read_tree(&[("c/Chart.yaml", "name: c\n"), ("c/templates/r.yaml", rule), ("r.yaml", rule)]);
    assert_eq!(references(&tree), ["PrometheusRule/r"]);
    assert_eq!(tree.doubts.keys().copied().collect::<Vec<_>>(), [Noun::AlertRule]);
}

#[test]
fn hostile_files_are_doubts_and_hide_no_other() {
    let (directory, _) = read_tree(&[("good.yaml", CRONJOB)]);
    let bomb = (0..9).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
        let more = vec![format!("*a{n}"); 9].join(", ");
        format!("{text}a{}: &a{} [{more}]\n", n + 1, n + 1)
    });
    std::fs::write(directory.path().join("bomb.yaml"), bomb).unwrap();
    std::fs::write(directory.path().join("latin.yaml"), b"a: \xff\n").unwrap();
    std::fs::write(directory.path().join("half.yaml"), format!("{CRONJOB}---\na: [\n")).unwrap();
    std::fs::File::create(directory.path().join("sparse.yaml")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let tree = walked(directory.path());
    assert_eq!(references(&tree), ["CronJob/ns/backup", "CronJob/ns/backup"]);
    let doubts = unjudged(&tree);
    assert_eq!(doubts.len(), 4, "{doubts:?}");
    assert!(doubts.iter().all(|(_, in_doubt)| *in_doubt));
    assert_eq!(tree.doubts.len(), DECLARABLE.len());
}

#[cfg(unix)]
#[test]
fn links_do_not_make_a_walk_endless() {
    let (directory, _) = read_tree(&[("a/good.yaml", CRONJOB)]);
    std::os::unix::fs::symlink(directory.path(), directory.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink(directory.path().join("nowhere"), directory.path().join("gone.yaml")).unwrap();
    let tree = walked(directory.path());
    assert_eq!(references(&tree), ["CronJob/ns/backup"]);
    assert_eq!(tree.unjudged.len(), 1);
}

#[test]
fn more_than_is_read_is_a_doubt() {
    let (directory, _) = read_tree(&[("a.yaml", CRONJOB), ("b.yaml", CRONJOB), ("c.yaml", CRONJOB)]);
    let mut walk = Walk::default();
    walk.add("deploy/", directory.path());
    let tree = Tree::read_within(&walk.files, None, CRONJOB.len() - 1);
    assert_eq!(tree.objects.len(), 1);
    let because =
        format!("deploy/b.yaml: 2 files from here on are not read: those before it hold {} bytes; name a smaller place", CRONJOB.len());
    assert_eq!(unjudged(&tree), [(because, true)]);
    assert!(tree.doubts.contains_key(&Noun::BackupPlan));
}

#[test]
fn standard_input_is_a_text_like_any_other() {
    let tree = Tree::read(&[], Some(CRONJOB.as_bytes()));
    assert_eq!(references(&tree), ["CronJob/ns/backup"]);
    assert_eq!(tree.objects.first().and_then(|object| object.place(None, None).file).as_deref(), Some(STDIN));
}
