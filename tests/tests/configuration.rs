//! The settings that are documented are those that there are.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use nora_tests::run;

#[test]
fn the_page_of_settings_is_what_the_binary_prints() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["config"]);
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "| `data` | `--data` | `NORA_DATA` | `./data` | DIR |  | ",
        "| `cache_mib` | `--cache-mib` | `NORA_CACHE_MIB` | `256` | MIB | 16 to 1048576 | ",
        "| `log_format` | `--log-format` | `NORA_LOG_FORMAT` | `text` | LOG_FORMAT | text, json | ",
        "| `backup_dir` | `--backup-dir` | `NORA_BACKUP_DIR` |  | DIR |  | ",
        "| `NORA_ADMIN_TOKEN` | ",
    ] {
        assert!(printed.contains(expected), "{expected}\n{printed}");
    }
    let page = include_str!("../../docs/configuration.md");
    assert!(printed == page, "docs/configuration.md is not what there is; write it anew: nora config > docs/configuration.md");
}
