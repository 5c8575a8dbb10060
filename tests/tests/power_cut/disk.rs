//! A disk whose power can be cut: ext4 in a file, on a loop device.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

use rustix::ioctl::{Setter, ioctl};
use tempfile::TempDir;

/// Bytes of the disk. A file with holes: only what is written takes space.
const DISK_BYTES: u64 = 512 << 20;

/// `EXT4_IOC_SHUTDOWN`, of `fs/ext4/ext4.h` of Linux.
const EXT4_IOC_SHUTDOWN: u32 = 0x8004_587D;

/// `EXT4_GOING_FLAGS_NOLOGFLUSH`: at once, and without writing anything more, not even the journal.
const NO_LOG_FLUSH: u32 = 2;

/// The disk, mounted.
pub(crate) struct Disk {
    folder: TempDir,
    is_mounted: bool,
}

impl Disk {
    /// Makes and mounts a disk, or says what is missing for that.
    pub(crate) fn create() -> Result<Disk, String> {
        if !rustix::process::geteuid().is_root() {
            return Err("this needs root".into());
        }
        let folder = tempfile::Builder::new().prefix("nora-power-").tempdir().map_err(|error| error.to_string())?;
        let mut disk = Disk { folder, is_mounted: false };
        fs::create_dir(disk.mount_point()).map_err(|error| error.to_string())?;
        File::create(disk.image()).and_then(|file| file.set_len(DISK_BYTES)).map_err(|error| error.to_string())?;
        run(Command::new("mkfs.ext4").arg("-q").arg(disk.image()))?;
        disk.mount()?;
        Ok(disk)
    }

    /// Where a server may keep its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.mount_point().join("data")
    }

    /// Everything that was not synced is gone, and nothing can be written any more.
    pub(crate) fn cut_power(&self) {
        let root = File::open(self.mount_point()).expect("the root of the disk");
        #[expect(unsafe_code, reason = "there is no other way to shut a file system down")]
        // SAFETY: the kernel reads one u32 for this request and keeps no pointer to it; any descriptor of the file system will do.
        unsafe { ioctl(&root, Setter::<EXT4_IOC_SHUTDOWN, u32>::new(NO_LOG_FLUSH)) }.expect("the shutdown of the disk");
    }

    /// Mounts the disk again, with what it holds.
    pub(crate) fn restore_power(&mut self) {
        self.unmount().expect("nobody uses the disk");
        self.mount().expect("the disk can be mounted again");
    }

    fn mount(&mut self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", "loop"]).arg(self.image()).arg(self.mount_point()))?;
        self.is_mounted = true;
        Ok(())
    }

    fn unmount(&mut self) -> Result<(), String> {
        run(Command::new("umount").arg(self.mount_point()))?;
        self.is_mounted = false;
        Ok(())
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    fn mount_point(&self) -> PathBuf {
        self.folder.path().join("disk")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted && self.unmount().is_err() {
            // A server that is about to be killed may still use it: the disk goes when it does.
            let _ = run(Command::new("umount").arg("--lazy").arg(self.mount_point()));
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim())) }
}
