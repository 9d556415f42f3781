//! `getFileSystemManager` over all file systems: what it does, and what it lets nobody do.

use crate::support::on_logic_thread;
use crate::wx::WxBench;
use pellicle_script::api::ServiceProfile;
use pellicle_script::capability::files::{DirectoryFiles, FileArea, FilePath, FileQuota, FileSystem};
use pellicle_script::capability::files::{MemoryFiles, SharedFiles, WriteAt};
use pellicle_script::capability::seal::StorageKey;
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::VirtualClock;
use std::path::Path;
use std::sync::Arc;

const QUOTA: FileQuota = FileQuota { kept: 8 << 20, temporary: 1 << 20 };

fn with_package(mut files: Box<dyn FileSystem>) -> SharedFiles {
    let temporary = FilePath::in_area(FileArea::Temporary, "photo.png").unwrap();
    files.write(&temporary, WriteAt::Whole, b"picture").unwrap();
    let package =
        MemoryPackage::from_iter([("app.json", "{}"), ("data/a.txt", "from the package"), ("data/b.txt", "")]);
    SharedFiles::new(Arc::new(package), files)
}

fn memory() -> SharedFiles {
    with_package(Box::new(MemoryFiles::new(QUOTA, Arc::new(VirtualClock::deterministic()))))
}

fn on_disk(root: &Path) -> SharedFiles {
    with_package(Box::new(DirectoryFiles::open(root, QUOTA).unwrap()))
}

const HELP: &str = "const fs = wx.getFileSystemManager(), usr = wx.env.USER_DATA_PATH;
    const told = f => { try { return f() } catch (e) { return e.message } };\n";

fn run(code: &str, files: SharedFiles) -> String {
    let code = format!("{HELP}{code}");
    let mut bench = WxBench::with(ServiceProfile::Host, &[&code], |c| c.files = Box::new(files));
    let out = bench.run(0);
    assert_eq!(bench.faults(), [] as [&str; 0]);
    out
}

fn sealed(root: &Path) -> SharedFiles {
    let key = StorageKey::new([5; 32]);
    with_package(Box::new(DirectoryFiles::open_sealed(root, "app", &key, QUOTA).unwrap()))
}

/// All file systems do the same.
fn check(code: &'static str, expected: &'static str) {
    on_logic_thread(move || {
        assert_eq!(run(code, memory()), expected, "in memory");
        let root = tempfile::tempdir().unwrap();
        assert_eq!(run(code, on_disk(root.path())), expected, "on disk");
        let root = tempfile::tempdir().unwrap();
        assert_eq!(run(code, sealed(root.path())), expected, "sealed");
    });
}

#[test]
fn what_is_written_is_read_at_once_and_later() {
    check(
        "fs.writeFileSync(usr + '/a.txt', '字1'); fs.appendFileSync(usr + '/a.txt', '2');
         out.push(fs.readFileSync(usr + '/a.txt', 'utf8'), fs.readFileSync(usr + '/a.txt', 'utf8', 3, 1),
            fs.readFileSync(usr + '/a.txt').byteLength, fs.readFileSync('/data/a.txt', 'ascii'));
         fs.writeFileSync(usr + '/b', new Uint8Array([1, 254, 3]).buffer);
         out.push(fs.readFileSync(usr + '/b', 'hex'), fs.readFileSync(usr + '/b', 'base64'));
         fs.writeFile({filePath: usr + '/c', data: 'AAEC', encoding: 'base64', success(e) { out.push(e);
            fs.readFile({filePath: usr + '/c', encoding: 'hex'}).then(e => out.push(e)) }})",
        r#"["字12","1",5,"from the package","01fe03","Af4D",{"errMsg":"writeFile:ok"},{"data":"000102","errMsg":"readFile:ok"}]"#,
    );
}

#[test]
fn folders_are_made_listed_and_removed() {
    check(
        "fs.mkdirSync(usr + '/a/b/c', true); fs.writeFileSync(usr + '/a/b/x', '12'); fs.writeFileSync(usr + '/a-b', '');
         out.push(fs.readdirSync(usr), fs.readdirSync(usr + '/a/b'), fs.readdirSync('data'));
         const s = fs.statSync(usr + '/a/b/x'); out.push([s.size, s.isFile(), s.isDirectory(), fs.statSync(usr + '/a').isDirectory()]);
         out.push(fs.statSync(usr + '/a', true).map(e => e.path + ' ' + e.stats.size));
         out.push(told(() => fs.mkdirSync(usr + '/a')), told(() => fs.rmdirSync(usr + '/a')), told(() => fs.mkdirSync(usr + '/n/m')));
         fs.renameSync(usr + '/a', usr + '/z'); fs.copyFileSync(usr + '/z/b/x', usr + '/copy');
         out.push(fs.readdirSync(usr + '/z/b'), fs.readFileSync(usr + '/copy', 'utf8'));
         out.push(told(() => fs.renameSync(usr + '/z', usr + '/z/b/deep')));
         fs.rmdirSync(usr + '/z', true); fs.unlinkSync(usr + '/copy'); out.push(fs.readdirSync(usr))",
        concat!(
            r#"[["a","a-b"],["c","x"],["a.txt","b.txt"],[2,true,false,true],["/ 0","/b 0","/b/c 0","/b/x 2"],"#,
            r#""mkdirSync:fail file already exists, mkdir wxfile://usr/a","rmdirSync:fail directory not empty, rmdir wxfile://usr/a","#,
            r#""mkdirSync:fail no such file or directory, mkdir wxfile://usr/n/m","#,
            r#"["c","x"],"12","renameSync:fail permission denied, rename wxfile://usr/z",["a-b"]]"#,
        ),
    );
}

#[test]
fn open_files_keep_their_place() {
    check(
        "const fd = fs.openSync({filePath: usr + '/a', flag: 'w+'});
         out.push(fs.writeSync({fd, data: 'hello world'}), fs.fstatSync({fd}).size);
         const room = new ArrayBuffer(8);
         out.push(fs.readSync({fd, arrayBuffer: room, position: 6, length: 5, offset: 1}).bytesRead, [...new Uint8Array(room)]);
         fs.writeSync({fd, data: 'J', position: 0}); fs.ftruncateSync({fd, length: 5}); fs.closeSync({fd});
         out.push(fs.readFileSync(usr + '/a', 'utf8'), told(() => fs.closeSync({fd})), told(() => fs.openSync({filePath: usr + '/a', flag: 'wx'})));
         fs.read({fd: '99', arrayBuffer: room, fail(e) { out.push(e) }})",
        concat!(
            r#"[{"bytesWritten":11},11,5,[0,119,111,114,108,100,0,0],"Jello","closeSync:fail bad file descriptor","#,
            r#""openSync:fail file already exists, open wxfile://usr/a",{"errMsg":"read:fail bad file descriptor","errno":1300009}]"#,
        ),
    );
}

#[test]
fn temporary_files_can_be_kept() {
    check(
        "const saved = fs.saveFileSync('wxfile://tmp_photo.png'); out.push(saved, fs.readFileSync(saved, 'utf8'));
         out.push(told(() => fs.accessSync('http://tmp/photo.png')));
         wx.getSavedFileList({success(e) { out.push(e.fileList.map(f => f.filePath + ' ' + f.size));
            fs.getFileInfo({filePath: saved, success(e) { out.push(e); wx.removeSavedFile({filePath: saved,
                success() { fs.access({path: saved, fail(e) { out.push(e.errno) }}) }}) }}) }})",
        concat!(
            r#"["wxfile://store_00000001.png","picture","accessSync:fail no such file or directory, access wxfile://tmp_photo.png","#,
            r#"["wxfile://store_00000001.png 7"],{"size":7,"digest":"5456fc54c74a297ce994998c2873b370","errMsg":"getFileInfo:ok"},1300002]"#,
        ),
    );
}

#[test]
fn no_path_leaves_its_root_and_only_the_users_own_is_written() {
    check(
        "for (const p of [usr + '/../store/x', usr + '/a/../../x', '../x', '/etc/passwd', 'file:///etc/passwd', 'a\\0b', usr + '/a\\0',
            usr + '\\\\..\\\\x', '', 'x'.repeat(5e6), usr + '/' + 'y'.repeat(300), usr + '/a'.repeat(200)])
            out.push(told(() => fs.writeFileSync(p, 'x')).slice(19, 45), told(() => fs.readFileSync(p)).slice(18, 44));
         for (const p of ['data/a.txt', 'wxfile://tmp_new', 'wxfile://store_new', usr])
            out.push(told(() => fs.writeFileSync(p, 'x')).split(',')[0]);
         out.push(told(() => fs.unlinkSync('data/a.txt')), told(() => fs.rmdirSync(usr, true)));
         out.push(told(() => fs.writeFileSync(usr + '/a', {})), told(() => fs.readFileSync()), told(() => fs.readFileSync('data/a.txt', 'klingon')))",
        include_str!("../data/files-refused.json").trim_ascii(),
    );
}

#[test]
fn the_quota_holds_and_a_large_string_goes_through() {
    check(
        "const big = 'x'.repeat(5 << 20); fs.writeFileSync(usr + '/a', big); out.push(fs.readFileSync(usr + '/a', 'utf8') === big);
         out.push(told(() => fs.writeFileSync(usr + '/b', big)), told(() => fs.truncateSync({filePath: usr + '/a', length: 9e15})));
         fs.writeFileSync(usr + '/a', 'small'); fs.writeFileSync(usr + '/b', big); out.push(fs.readdirSync(usr), fs.statSync(usr + '/b').size);
         fs.unlinkSync(usr + '/b'); fs.writeFileSync(usr + '/c', big); out.push('room again');
         out.push(wx.canIUse('getFileSystemManager'), wx.canIUse('FileSystemManager.readFileSync'), wx.canIUse('FileSystemManager.nope'))",
        concat!(
            r#"[true,"writeFileSync:fail the maximum size of the file storage limit is exceeded, open wxfile://usr/b","#,
            r#""truncateSync:fail the maximum size of the file storage limit is exceeded, open wxfile://usr/a","#,
            r#"["a","b"],5242880,"room again",true,true,false]"#,
        ),
    );
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    on_logic_thread(|| {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        let files = on_disk(root.path());
        std::os::unix::fs::symlink(outside.path(), root.path().join("usr/link")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), root.path().join("usr/file")).unwrap();
        let code = "for (const p of ['/link/secret', '/file', '/link/new']) out.push(told(() => fs.readFileSync(usr + p, 'utf8')),
                told(() => fs.writeFileSync(usr + p, 'x')), told(() => fs.unlinkSync(usr + p)));
            out.push(told(() => fs.rmdirSync(usr + '/link', true)))";
        let out: Vec<String> = serde_json::from_str(&run(code, files)).unwrap();
        assert!(out.iter().all(|told| told.contains(":fail permission denied")), "{out:?}");
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
        // What is kept is there after a restart, what is temporary is not.
        let mut again = DirectoryFiles::open(root.path(), QUOTA).unwrap();
        let area = |area| FilePath::in_area(area, "").unwrap();
        assert_eq!(again.list(&area(FileArea::Temporary)), Ok(vec![]));
        assert_eq!(again.list(&area(FileArea::User)), Ok(vec!["file".to_owned(), "link".to_owned()]));
    });
}

/// An archive with some files, every other one of which is deflated.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (index, (name, bytes)) in entries.iter().enumerate() {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let deflated = index % 2 == 0;
        let packed = if deflated {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        } else {
            bytes.to_vec()
        };
        let head = u32::try_from(out.len()).unwrap();
        let mut common = vec![20, 0, 0, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0, 0];
        for figure in [crc.sum(), packed.len() as u32, bytes.len() as u32] {
            common.extend(figure.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(head.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, entries.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// Files with an archive `a.zip` of the user's.
fn with_archive(bytes: &[u8]) -> SharedFiles {
    let mut files = memory();
    let path = FilePath::in_area(FileArea::User, "a.zip").unwrap();
    files.write(&path, WriteAt::Whole, bytes).unwrap();
    files
}

#[test]
fn archives_are_unpacked_and_their_entries_read() {
    on_logic_thread(|| {
        let zip = archive(&[("one.txt", b"first"), ("deep/er/two.txt", b"second"), ("deep/bytes", &[1, 2, 255])]);
        let code = "const log = o => Object.assign(o, { complete: r => out.push(r.errMsg) });
            fs.unzip(log({ zipFilePath: usr + '/a.zip', targetPath: usr + '/to/here', success() {
              out.push(fs.readFileSync(usr + '/to/here/deep/er/two.txt', 'utf8'), fs.readdirSync(usr + '/to/here'));
            } }));
            fs.readZipEntry({ filePath: usr + '/a.zip', encoding: 'utf8', entries: 'all',
              success: r => out.push(Object.keys(r.entries).length, r.entries['one.txt'].data) });
            fs.readZipEntry({ filePath: usr + '/a.zip', success: r => out.push(r.entries['one.txt'].data,
                r.entries['deep/bytes'].data.byteLength, r.entries.none.errMsg),
              entries: [{ path: 'one.txt', encoding: 'utf8', position: 1, length: 3 }, { path: 'deep/bytes' }, { path: 'none' }] });
            fs.readZipEntry(log({ filePath: 'data/a.txt', entries: 'all' }));
            fs.unzip(log({ zipFilePath: usr + '/none.zip', targetPath: usr }));
            fs.unzip(log({ zipFilePath: usr + '/a.zip', targetPath: 'data' }));";
        let out = run(code, with_archive(&zip));
        for expected in [
            r#""second",["deep","one.txt"]"#,
            r#"3,"first""#,
            r#""irs",3,"readZipEntry:fail no such file or directory"#,
            "readZipEntry:fail system error: the archive cannot be read",
            "unzip:fail no such file or directory",
            "unzip:fail permission denied",
        ] {
            assert!(out.contains(expected), "{expected}: {out}");
        }
    });
}

#[test]
fn archives_lead_nowhere_else_and_do_not_blow_up() {
    on_logic_thread(|| {
        let code = "fs.unzip({ zipFilePath: usr + '/a.zip', targetPath: usr + '/to', complete: r => out.push(r.errMsg,
            told(() => fs.accessSync(usr + '/evil.txt'))) });";
        for name in ["../evil.txt", "/evil.txt", "a/../../evil.txt", "a\\..\\evil.txt"] {
            let out = run(code, with_archive(&archive(&[("fine.txt", b"fine"), (name, b"evil")])));
            assert!(out.contains("unzip:fail permission denied") && out.contains("no such file"), "{name}: {out}");
        }
        let bomb = archive(&[("zeros", &vec![0; (100 << 20) + 1])]);
        assert!(bomb.len() < 1 << 20);
        let out = run(code, with_archive(&bomb));
        assert!(out.contains("unzip:fail system error: what is in the archive is too large"), "{out}");
        let mut wrong = archive(&[("a", b"1234567"), ("b", b"1234567")]);
        let at = wrong.windows(7).position(|w| w == b"1234567").unwrap();
        wrong[at] = b'0';
        for broken in [&bomb[..bomb.len() / 2], &bomb[bomb.len() - 30..], &wrong] {
            let out = run(code, with_archive(broken));
            assert!(out.contains("the archive cannot be read"), "{out}");
        }
    });
}
