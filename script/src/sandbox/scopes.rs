//! The scopes that a user grants.
//!
//! Those of the platform are asked for at first use. The others guard what the user is asked by other means anyway (he
//! chooses the picture, he confirms the call), or what programs are used to; they are granted unless a host's policy
//! names them.

use super::permissions::PolicyRule;

/// A scope.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// Its name, such as `scope.record`.
    pub name: &'static str,
    /// What the mini-program wants to do, as a dialog asks it.
    pub asks: &'static str,
    /// What stands beside its switch.
    pub label: &'static str,
    /// Whether the platform has it; else a host's policy may use it.
    pub documented: bool,
}

const fn scope(name: &'static str, label: &'static str, asks: &'static str) -> Scope {
    Scope { name, asks, label, documented: true }
}

const fn extra(name: &'static str, label: &'static str, asks: &'static str) -> Scope {
    Scope { name, asks, label, documented: false }
}

/// All scopes that the engine knows. A host's own APIs may have others.
pub const SCOPES: &[Scope] = &[
    scope("scope.userLocation", "位置信息", "获取你的位置信息"),
    scope("scope.userFuzzyLocation", "大致位置", "获取你的大致位置"),
    scope("scope.userLocationBackground", "后台位置信息", "在后台获取你的位置信息"),
    scope("scope.record", "麦克风", "使用你的麦克风"),
    scope("scope.camera", "摄像头", "使用你的摄像头"),
    scope("scope.bluetooth", "蓝牙", "使用你的蓝牙"),
    scope("scope.writePhotosAlbum", "添加到相册", "保存图片或视频到你的相册"),
    scope("scope.addPhoneContact", "添加到联系人", "添加联系人到你的通讯录"),
    scope("scope.addPhoneCalendar", "添加到日历", "添加日程到你的日历"),
    scope("scope.werun", "运动步数", "获取你的运动步数"),
    extra("scope.userInfo", "用户信息", "获取你的昵称、头像"),
    extra("scope.address", "通讯地址", "获取你的通讯地址"),
    extra("scope.invoiceTitle", "发票抬头", "获取你的发票抬头"),
    extra("scope.invoice", "发票", "获取你的发票"),
    extra("scope.clipboard", "剪贴板", "读取你的剪贴板"),
    extra("scope.chooseFile", "照片与文件", "使用你选择的照片、视频或文件"),
    extra("scope.phoneCall", "拨打电话", "拨打电话"),
    extra("scope.scanCode", "扫码", "扫描二维码"),
];

/// What `app.json` declares in `requiredPrivateInfos` (Global Configuration, "requiredPrivateInfos").
pub const PRIVATE_APIS: [&str; 8] = [
    "getFuzzyLocation",
    "getLocation",
    "onLocationChange",
    "startLocationUpdate",
    "startLocationUpdateBackground",
    "chooseLocation",
    "choosePoi",
    "chooseAddress",
];

/// A scope by its name.
pub fn find(name: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.name == name)
}

/// What holds for a scope that no policy names: `usual` for those of the platform and for those of a host's own APIs.
pub(super) fn unnamed(name: &str, usual: PolicyRule) -> PolicyRule {
    match find(name) {
        Some(scope) if !scope.documented => PolicyRule::Grant,
        _ => usual,
    }
}
