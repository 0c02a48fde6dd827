//! Files read whole, and the same for a stream: the one way in for every text, so that a pipe, a
//! device or a huge file can neither make the program wait for ever nor fill its memory.
//!
//! A room of its own: config, collect, evaluate and the command line all read files, and none of them may
//! name another for it.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The bytes of a file, at most `most` of them.
///
/// # Errors
/// What the system says; and for a directory, a pipe or a device, which are not read, and for a file
/// that is too large, a sentence that says so.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::IsADirectory, "this is not a file but a directory"));
    }
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "this is not a file but a pipe or a device: only files are read"));
    }
    // The stated size first: a huge file must not be read into memory to be refused.
    if metadata.len() > most {
        return Err(too_large(&metadata.len().to_string(), most));
    }
    stream(&mut std::fs::File::open(path)?, most)
}

/// All that a stream gives, at most `most` bytes of it.
///
/// # Errors
/// What the system says, and for a stream that does not end in time, a sentence that says so.
pub fn stream(from: &mut dyn Read, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= most) { Ok(bytes) } else { Err(too_large("its", most)) }
}

fn too_large(size: &str, most: u64) -> Error {
    Error::new(ErrorKind::FileTooLarge, format!("{size} bytes are more than the limit of {most} bytes"))
}
