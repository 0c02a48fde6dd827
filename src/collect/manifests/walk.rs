//! Which files a path stands for. A directory is walked in the order of its names, without hidden
//! entries, and each real directory once, so that a symbolic link cannot make it endless.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The endings of files that may hold manifests or records.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// How many files a path may stand for.
const MOST: usize = 50_000;

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// As the person named it, with forward slashes.
    pub shown: String,
    /// Where it is.
    pub path: PathBuf,
}

/// What a walk gave.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files, in order.
    pub files: Vec<File>,
    /// What could not be looked into, with the reason.
    pub broken: Vec<(File, String)>,
}

impl Walk {
    /// Adds what `path`, shown as `shown`, stands for: itself, whatever its ending, if it is a file.
    pub fn add(&mut self, shown: &str, path: &Path) {
        self.enter(shown, path, true, &mut BTreeSet::new());
    }

    fn enter(&mut self, shown: &str, path: &Path, named: bool, visited: &mut BTreeSet<PathBuf>) {
        let file = File { shown: shown.to_owned(), path: path.to_path_buf() };
        let wanted = named || wanted(path);
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.directory(file, visited),
            Ok(metadata) if metadata.is_file() => {
                if wanted {
                    self.files.push(file);
                }
            }
            Ok(_) if wanted => self.broken.push((file, "this is not a file".to_owned())),
            Ok(_) => {}
            // A link to nowhere may have led to a directory: its ending says nothing.
            Err(error) => self.broken.push((file, format!("cannot be read: {error}"))),
        }
    }

    fn directory(&mut self, file: File, visited: &mut BTreeSet<PathBuf>) {
        let real = match file.path.canonicalize() {
            Ok(real) => real,
            Err(error) => return self.broken.push((file, format!("cannot be read: {error}"))),
        };
        if !visited.insert(real) {
            return;
        }
        let entries: Result<Vec<_>, _> = std::fs::read_dir(&file.path).and_then(Iterator::collect);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.broken.push((file, format!("cannot be read: {error}"))),
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            if self.files.len() >= MOST {
                let because = format!("more than {MOST} files lie there, and the rest is not read: name a smaller place");
                return self.broken.push((file, because));
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                self.enter(&below(&file.shown, &name), &entry.path(), false, visited);
            }
        }
    }
}

fn wanted(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// A name below a directory, as a person would write it.
fn below(directory: &str, name: &str) -> String {
    match directory.trim_end_matches('/') {
        "" if directory.starts_with('/') => format!("/{name}"),
        "" | "." => name.to_owned(),
        trimmed => format!("{trimmed}/{name}"),
    }
}
