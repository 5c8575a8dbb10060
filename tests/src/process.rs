//! The real binary, as a process.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::client::Client;

/// The public write key of every server that is started here.
pub const WRITE_KEY: &str = "wk_black_box";
/// Its secret key.
pub const SECRET_KEY: &str = "sk_black_box";
/// What its user ids are signed with.
pub const SIGNING_SECRET: &str = "ss_black_box_of_thirty_two_bytes";
/// Its owner's token.
pub const ADMIN_TOKEN: &str = "nt_black_box";

/// What the server prints once it takes requests.
const GREETING: &str = "Nora is listening on http";

/// A server that runs. Derefs to a [`Client`] of it.
///
/// When it is dropped it is killed, and the test fails if the server has panicked at any time.
pub struct Nora {
    client: Client,
    child: Child,
    /// Stays open: the server would fail to write to a pipe without a reader.
    _stdout: BufReader<ChildStdout>,
    home: Home,
}

/// Where a server keeps things: its data, its working directory and its log.
struct Home {
    data: PathBuf,
    log: PathBuf,
    _temporary: TempDir,
}

impl Nora {
    /// Starts a server on a new data directory.
    pub fn start() -> Nora {
        Nora::start_with(&[])
    }

    /// Starts a server on a new data directory, with more arguments.
    pub fn start_with(arguments: &[&str]) -> Nora {
        let temporary = temporary();
        let data = temporary.path().join("data");
        Home { data, log: temporary.path().join("log"), _temporary: temporary }.serve(arguments)
    }

    /// Starts a server on this data directory, which outlives it.
    pub fn start_on(data: &Path) -> Nora {
        Nora::start_on_with(data, &[])
    }

    /// Starts a server on this data directory, which outlives it, with more arguments.
    pub fn start_on_with(data: &Path, arguments: &[&str]) -> Nora {
        let temporary = temporary();
        Home { data: data.to_owned(), log: temporary.path().join("log"), _temporary: temporary }.serve(arguments)
    }

    /// Kills it, as `kill -9` does, and starts it again on the same data directory.
    pub fn kill_and_restart(mut self) -> Nora {
        self.kill();
        self.restarted()
    }

    /// Stops it, and starts it again on the same data directory.
    pub fn stop_and_restart(mut self) -> Nora {
        self.stop();
        self.restarted()
    }

    /// Starts it again after [`stop`](Nora::stop).
    pub fn start_again(self) -> Nora {
        self.restarted()
    }

    fn restarted(self) -> Nora {
        self.assert_no_panic();
        let log = self.home.log.clone();
        let home = Home { data: self.home.data.clone(), log, _temporary: self.into_temporary() };
        home.serve(&[])
    }

    fn into_temporary(mut self) -> TempDir {
        std::mem::replace(&mut self.home._temporary, temporary())
    }

    /// Kills it, as `kill -9` does.
    pub fn kill(&mut self) {
        // It may have ended already: then there is nothing to kill, and the status says how it ended.
        let _ = self.child.kill();
        self.child.wait().expect("the status of the killed server");
    }

    /// Tells it to stop, as a service manager does, and checks that it ends in good order.
    pub fn stop(&mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("SIGTERM to the server");
        let status = self.child.wait().expect("the status of the stopped server");
        assert_eq!(status.code(), Some(0), "after SIGTERM; its log: {}", self.log());
    }

    /// Tells it to read its certificate again.
    pub fn hang_up(&self) {
        kill_process(Pid::from_child(&self.child), Signal::HUP).expect("SIGHUP to the server");
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        &self.home.data
    }

    /// What it has logged since it was started, from warnings upwards.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.home.log).expect("the server's log")
    }

    /// The most memory that it has had resident at any time, in bytes (`VmHWM`).
    pub fn peak_resident_bytes(&self) -> u64 {
        self.status_bytes("VmHWM:")
    }

    /// The memory that it has resident now, in bytes (`VmRSS`).
    pub fn resident_bytes(&self) -> u64 {
        self.status_bytes("VmRSS:")
    }

    /// The processor time that it has taken so far, in seconds.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds(self.child.id())
    }

    fn status_bytes(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc/PID/status");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line of this name");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number of kB") * 1024
    }

    /// Runs another command of the binary on the same data directory.
    pub fn command(&self, arguments: &[&str]) -> Output {
        run(&self.home.data, arguments)
    }

    fn assert_no_panic(&self) {
        let log = self.log();
        assert!(!log.contains("panicked"), "the server panicked:\n{log}");
    }
}

impl Deref for Nora {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Nora {
    fn drop(&mut self) {
        self.kill();
        if !std::thread::panicking() {
            self.assert_no_panic();
        }
    }
}

impl Home {
    fn serve(self, arguments: &[&str]) -> Nora {
        let log = File::options().create(true).append(true).open(&self.log).expect("a file for the server's log");
        let mut child = command(&self.data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--log", "warn"].iter().filter(|_| !arguments.contains(&"--log")))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("the server's output"));
        let mut line = String::new();
        while !line.starts_with(GREETING) {
            line.clear();
            if stdout.read_line(&mut line).expect("the server's output") == 0 {
                let status = child.wait().expect("its status");
                panic!("the server ended ({status}) before it listened:\n{}", fs::read_to_string(&self.log).unwrap_or_default());
            }
        }
        let (_, address) = line.split_once("://").expect("an address");
        let address = address.trim().parse().expect("an address and a port");
        Nora { client: Client::new(address), child, _stdout: stdout, home: self }
    }
}

/// The processor time that a process has taken so far, in seconds, to the hundredth.
pub fn cpu_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("/proc/PID/stat");
    // After the name, which may hold anything: state, …; user and system time are the 12th and the 13th.
    let (_, fields) = stat.rsplit_once(')').expect("a name in parentheses");
    let ticks = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number of ticks"));
    ticks.sum::<u64>() as f64 / 100.0
}

/// Runs a command of the binary on a data directory that no server has open, or that one has.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data).args(arguments).output().expect("the command starts")
}

/// The binary with nothing of the caller's own configuration.
fn command(data: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("NORA_")) {
        command.env_remove(name);
    }
    let keys = [("WRITE_KEY", WRITE_KEY), ("SECRET_KEY", SECRET_KEY), ("SIGNING_SECRET", SIGNING_SECRET), ("ADMIN_TOKEN", ADMIN_TOKEN)];
    command.envs(keys.map(|(name, key)| (format!("NORA_{name}"), key)));
    // A folder without a `nora.toml`.
    command.current_dir(env::temp_dir()).arg("--data").arg(data);
    command
}

/// The binary under test: `NORA_BIN`, else the one that was built into the target folder of this test, release before debug.
pub fn binary() -> PathBuf {
    if let Some(path) = env::var_os("NORA_BIN") {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "NORA_BIN is {}, which is no file", path.display());
        return path.canonicalize().expect("the path of the binary");
    }
    let this = env::current_exe().expect("the path of this test");
    let found = this.ancestors().flat_map(|folder| ["release", "debug"].map(|profile| folder.join(profile).join("nora")));
    found.into_iter().find(|path| path.is_file()).unwrap_or_else(|| {
        panic!("there is no nora to test: run `cargo build --release -p nora-server` first, or say where it is with NORA_BIN=/path/to/nora")
    })
}

fn temporary() -> TempDir {
    tempfile::Builder::new().prefix("nora-test-").tempdir().expect("a temporary directory")
}
