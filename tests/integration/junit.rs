//! The JUnit report as its readers take it: it fits our grammar, and somebody else's parser counts the same.

use crate::common::{root, run, stdout, system};
use serde_json::Value;
use std::process::Command;

#[test]
fn it_fits_the_grammar() {
    for name in ["kubernaut", "kubernaut-ready"] {
        let output = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(root().join("src/report/junit/junit.xsd"))
            .arg(system(name).join("report.xml"))
            .output()
            .expect("xmllint: scripts/test installs it");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn junitparser_counts_the_same() {
    let python = std::env::var_os("SEAWORTHY_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let script = "import sys, json\nfrom junitparser import JUnitXml\nx = JUnitXml.fromfile(sys.argv[1])\nx = list(x) if x.__class__.__name__ == 'JUnitXml' else [x]\n\
                  c = [c for s in x for c in s]\nr = lambda k: sum(1 for i in c if any(e.__class__.__name__ == k for e in i.result))\n\
                  print(json.dumps({'cases': len(c), 'failures': r('Failure'), 'errors': r('Error'), 'skipped': r('Skipped')}))";
    for name in ["kubernaut", "kubernaut-ready"] {
        let output = Command::new(&python).args(["-c", script]).arg(system(name).join("report.xml")).output().unwrap();
        assert!(output.status.success(), "junitparser: scripts/test installs it\n{}", String::from_utf8_lossy(&output.stderr));
        let theirs: Value = serde_json::from_slice(&output.stdout).unwrap();
        let report: Value =
            serde_json::from_str(&stdout(&run(&["check", "-o", "json", "--config", &format!("fixtures/systems/{name}/seaworthy.yaml")])))
                .unwrap();
        let findings = report["findings"].as_array().unwrap();
        let gated = |verdict: &str| findings.iter().filter(|finding| finding["verdict"] == verdict && finding["gated"] == true).count();
        assert_eq!(theirs["failures"], gated("fail"), "{name}");
        assert_eq!(theirs["errors"], gated("unknown"), "{name}");
        assert_eq!(theirs["cases"], findings.len(), "{name}");
        let red = theirs["failures"].as_u64().unwrap() + theirs["errors"].as_u64().unwrap() > 0;
        assert_eq!(red, report["exit"]["code"] != 0, "{name}: red is red everywhere");
    }
}
