//! What is certain about a few official images. Everything else is unknown.

pub(super) struct Image {
    pub(super) text: String,
    /// Docker Hub name with the official prefix removed: `postgres`, `amazon/aws-cli`.
    name: String,
    tag: String,
}

/// Programs that no official database image carries: their Dockerfiles install
/// the server, a privilege dropper and unpackers only. `curl` and `wget` are
/// left out here, because several base images do carry them.
const CLOUD: [&str; 12] = ["aws", "gsutil", "gcloud", "az", "azcopy", "rclone", "s3cmd", "restic", "kopia", "kubectl", "velero", "mc"];

impl Image {
    pub(super) fn parse(text: &str) -> Image {
        let plain = text.split('@').next().unwrap_or_default();
        let (name, tag) = match plain.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            Some(_) | None => (plain, ""),
        };
        let prefixes = [
            "docker.io/library/",
            "index.docker.io/library/",
            "public.ecr.aws/docker/library/",
            "mirror.gcr.io/library/",
            "docker.io/",
            "library/",
        ];
        let name = prefixes.iter().find_map(|p| name.strip_prefix(p)).unwrap_or(name);
        Image { text: text.to_string(), name: name.to_string(), tag: tag.to_string() }
    }

    /// The entrypoint before `args`, where it is certain. The database images
    /// start whatever program the arguments name.
    pub(super) fn entrypoint(&self) -> Option<std::option::IntoIter<&'static str>> {
        let program = match self.name.as_str() {
            "postgres" | "mysql" | "mariadb" | "mongo" | "redis" | "alpine" | "busybox" | "debian" | "ubuntu" => None,
            "amazon/aws-cli" => Some("aws"),
            "rclone/rclone" => Some("rclone"),
            "restic/restic" => Some("restic"),
            "minio/mc" => Some("mc"),
            _ => return None,
        };
        Some(program.into_iter())
    }

    pub(super) fn client_major(&self) -> Option<u32> {
        let known = ["postgres", "bitnami/postgresql", "postgis/postgis"];
        if !known.contains(&self.name.as_str()) {
            return None;
        }
        let digits: String = self.tag.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    fn alpine(&self) -> bool {
        self.tag.contains("alpine")
    }

    /// `/bin/sh` is dash 0.5.12: the Debian-based official images up to trixie.
    pub(super) fn sh_is_dash(&self) -> bool {
        match self.name.as_str() {
            "postgres" | "redis" => !self.alpine(),
            "debian" => !matches!(self.tag.as_str(), "sid" | "unstable" | "testing" | "experimental"),
            _ => false,
        }
    }

    /// The static name of `binary` if this image is known not to hold it.
    pub(super) fn lacks(&self, binary: &str) -> Option<&'static str> {
        let databases = ["pg_dump", "pg_dumpall", "mysqldump", "mongodump", "redis-cli", "etcdctl"];
        let own: &[&str] = match self.name.as_str() {
            "postgres" => &["pg_dump", "pg_dumpall"],
            "mysql" | "mariadb" => &["mysqldump"],
            "mongo" => &["mongodump"],
            "redis" => &["redis-cli"],
            "alpine" | "debian" | "ubuntu" => &[],
            // One program and a base image; nothing else is installed.
            "amazon/aws-cli" => &["aws"],
            "rclone/rclone" => &["rclone"],
            _ => return None,
        };
        if own.contains(&binary) {
            return None;
        }
        // Debian's postgres image purges wget after use and never has curl;
        // the alpine one has busybox wget.
        if self.name == "postgres" {
            match binary {
                "curl" => return Some("curl"),
                "wget" if !self.alpine() => return Some("wget"),
                _ => {}
            }
        }
        CLOUD.into_iter().chain(databases).find(|known| *known == binary)
    }
}
