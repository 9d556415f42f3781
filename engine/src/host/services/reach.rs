//! Which hosts a mini-program may reach.
//!
//! A name is checked before anything is asked for it and again at each redirection, an address after the name was looked
//! up: what is connected to is one of the addresses that were checked, so a name that changes its address in between
//! gains nothing.

use super::simulated::Simulation;
use pellicle_script::bridge::message::ApiFailure;
use pellicle_script::capability::audit::{AuditSink, Record};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

/// `errno` of a call whose host is not reached, as published.
pub const NOT_LISTED: i32 = 600_002;

/// What an address is asked for. Each has a list of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// `wx.request`.
    Request,
    /// `wx.uploadFile`.
    Upload,
    /// `wx.downloadFile`.
    Download,
    /// `wx.connectSocket`.
    Socket,
    /// Pictures and fonts of pages and canvases.
    Picture,
}

impl Purpose {
    const ALL: [Purpose; 5] = [Purpose::Request, Purpose::Upload, Purpose::Download, Purpose::Socket, Purpose::Picture];

    /// Its key in `networkDomains` of `app.json`.
    pub fn key(self) -> &'static str {
        match self {
            Purpose::Request => "request",
            Purpose::Upload => "uploadFile",
            Purpose::Download => "downloadFile",
            Purpose::Socket => "socket",
            Purpose::Picture => "image",
        }
    }
}

/// Names of hosts: `api.example.org`, or `*.example.org` for all below it, with a port where it is not any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostRule {
    name: String,
    below: bool,
    port: Option<u16>,
}

impl HostRule {
    /// A rule from text; a scheme in front and a slash behind are let be. `None` if it is none.
    pub fn parse(text: &str) -> Option<HostRule> {
        let text = text.trim();
        let text = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/');
        let (below, text) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !name.ends_with(':') && (!name.contains(':') || name.ends_with(']')) => {
                (name, Some(port.parse().ok()?))
            }
            _ => (text, None),
        };
        let plain = |c: char| c.is_alphanumeric() || "-._:[]".contains(c);
        let fine = !name.is_empty() && name.chars().all(plain);
        fine.then(|| HostRule { name: canonical(name), below, port })
    }

    fn holds(&self, host: &str, port: u16) -> bool {
        let named = match self.below {
            true => host.strip_suffix(&self.name).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1),
            false => host == self.name,
        };
        named && self.port.is_none_or(|only| only == port)
    }
}

/// A host's name as rules compare it.
fn canonical(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

/// Why a host is not reached.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Blocked {
    /// The address cannot be understood.
    #[error("url not in domain list: \"{0}\" is no address")]
    Malformed(String),
    /// Only encrypted connections are allowed.
    #[error("url not in domain list: {0} is not encrypted (https or wss)")]
    Insecure(String),
    /// It is on none of the lists.
    #[error("url not in domain list: {0} is not among the hosts that this mini-program may reach")]
    NotListed(String),
    /// The host forbids it.
    #[error("url not in domain list: {0} is forbidden")]
    Forbidden(String),
    /// It is this machine, or one of a network that is not public.
    #[error("url not in domain list: {0} is no public address")]
    Private(String),
}

impl From<Blocked> for ApiFailure {
    fn from(blocked: Blocked) -> Self {
        ApiFailure::new(NOT_LISTED, blocked.to_string())
    }
}

/// What a mini-program may reach, and how much it may fetch. The default: public hosts, over TLS but for pictures.
#[derive(Clone, Debug)]
pub struct NetworkPolicy {
    /// Hosts by purpose; `None`: all.
    allowed: [Option<Vec<HostRule>>; 5],
    forbidden: Vec<HostRule>,
    /// Connections without TLS, too.
    pub insecure: bool,
    /// This machine and networks that are not public, too.
    pub private: bool,
    /// Through the proxies that the environment names. Who stands behind a proxy it says itself: addresses are not checked.
    pub proxy: bool,
    /// Largest answer of a request, bytes.
    pub answer_bytes: u64,
    /// Largest file that is fetched, bytes.
    pub download_bytes: u64,
    /// Longest time of a request, ms, whatever it asks for.
    pub timeout_ms: u64,
    /// Requests that run at once.
    pub at_once: usize,
}

impl Default for NetworkPolicy {
    fn default() -> Self {
        NetworkPolicy {
            allowed: Default::default(),
            forbidden: Vec::new(),
            insecure: false,
            private: false,
            proxy: false,
            answer_bytes: super::MAX_BODY,
            download_bytes: 200 << 20,
            timeout_ms: 600_000,
            at_once: 16,
        }
    }
}

impl NetworkPolicy {
    /// Everything, for whoever runs his own.
    pub fn open() -> NetworkPolicy {
        NetworkPolicy { insecure: true, private: true, proxy: true, ..NetworkPolicy::default() }
    }

    /// Only these hosts for a purpose, and of those only the ones that lists before allow.
    pub fn only(mut self, purpose: Purpose, rules: impl IntoIterator<Item = HostRule>) -> NetworkPolicy {
        let rules = rules.into_iter();
        let list = &mut self.allowed[purpose as usize];
        *list = Some(match list.take() {
            None => rules.collect(),
            // Of two rules one may be the wider: the narrower holds.
            Some(before) => rules.flat_map(|rule| before.iter().filter_map(move |old| narrower(old, &rule))).collect(),
        });
        self
    }

    /// Not these hosts, whatever lists say.
    pub fn forbid(mut self, rules: impl IntoIterator<Item = HostRule>) -> NetworkPolicy {
        self.forbidden.extend(rules);
        self
    }

    /// With the lists of `app.json` (`networkDomains`: an object with lists `request`, `uploadFile`, `downloadFile`,
    /// `socket` and `image`). A purpose without a list reaches nothing if there are any; pictures reach everything unless
    /// they have one.
    pub fn listed(mut self, manifest: &Value) -> NetworkPolicy {
        // What is there but no object allows nothing.
        let Some(domains) = manifest.get("networkDomains") else { return self };
        for purpose in Purpose::ALL {
            let list = domains.get(purpose.key()).and_then(Value::as_array);
            if list.is_none() && purpose == Purpose::Picture {
                continue;
            }
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            self = self.only(purpose, texts.filter_map(HostRule::parse));
        }
        self
    }

    /// Checks the scheme and the host of an address.
    ///
    /// # Errors
    /// [`Blocked`] if it is not to be reached.
    pub fn check_name(&self, purpose: Purpose, scheme: &str, host: &str, port: u16) -> Result<(), Blocked> {
        let host = canonical(host);
        let shown = || format!("{scheme}://{host}:{port}");
        if host.is_empty() {
            return Err(Blocked::Malformed(shown()));
        }
        if self.needs_tls(purpose) && !matches!(scheme, "https" | "wss") {
            return Err(Blocked::Insecure(shown()));
        }
        if self.forbidden.iter().any(|rule| rule.holds(&host, port)) {
            return Err(Blocked::Forbidden(shown()));
        }
        match &self.allowed[purpose as usize] {
            Some(list) if !list.iter().any(|rule| rule.holds(&host, port)) => Err(Blocked::NotListed(shown())),
            _ => Ok(()),
        }
    }

    /// Checks the scheme and the host of a whole address.
    ///
    /// # Errors
    /// [`Blocked`] if it is not to be reached.
    pub(super) fn check_uri(&self, purpose: Purpose, uri: &ureq::http::Uri) -> Result<(), Blocked> {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return Err(Blocked::Malformed(uri.to_string()));
        };
        let scheme = scheme.to_ascii_lowercase();
        let usual = if matches!(&*scheme, "https" | "wss") { 443 } else { 80 };
        self.check_name(purpose, &scheme, host, uri.port_u16().unwrap_or(usual))
    }

    /// Pictures are shown without TLS, too: many programs have such addresses, and nothing is sent with them.
    pub(super) fn needs_tls(&self, purpose: Purpose) -> bool {
        !self.insecure && purpose != Purpose::Picture
    }

    /// True if only some hosts are reached for a purpose.
    pub fn has_lists(&self, purpose: Purpose) -> bool {
        self.allowed[purpose as usize].is_some() || !self.forbidden.is_empty()
    }

    /// Checks an address that a name was found to have.
    ///
    /// # Errors
    /// [`Blocked`] if it is not to be reached.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Blocked> {
        match self.private || is_public(address) {
            true => Ok(()),
            false => Err(Blocked::Private(address.to_string())),
        }
    }

    /// Looks a host up: its addresses that may be reached, at least one.
    ///
    /// # Errors
    /// [`Blocked`] where none may be; `Ok(Err)` if it is not found.
    pub(super) fn resolve(&self, host: &str, port: u16) -> Result<std::io::Result<Vec<SocketAddr>>, Blocked> {
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = match (plain, port).to_socket_addrs() {
            Ok(found) => found.collect(),
            Err(error) => return Ok(Err(error)),
        };
        self.reachable(found.into_iter()).map(Ok)
    }

    /// Of some addresses those that may be reached.
    ///
    /// # Errors
    /// [`Blocked`] for the first of them where none may be.
    pub(super) fn reachable(&self, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Blocked> {
        let (mut fine, mut first) = (Vec::new(), None);
        for address in found {
            match self.check_address(address.ip()) {
                Ok(()) => fine.push(address),
                Err(blocked) => first = first.or(Some(blocked)),
            }
        }
        match first {
            Some(blocked) if fine.is_empty() => Err(blocked),
            _ => Ok(fine),
        }
    }
}

/// What both rules allow.
fn narrower(a: &HostRule, b: &HostRule) -> Option<HostRule> {
    let port = match (a.port, b.port) {
        (Some(a), Some(b)) if a != b => return None,
        (a, b) => a.or(b),
    };
    let within = |inner: &HostRule, outer: &HostRule| match (inner.below, outer.below) {
        (_, false) => !inner.below && inner.name == outer.name,
        (true, true) => inner.name == outer.name || inner.name.ends_with(&format!(".{}", outer.name)),
        (false, true) => inner.name.ends_with(&format!(".{}", outer.name)),
    };
    let narrow = if within(a, b) { a } else { Some(b).filter(|b| within(b, a))? };
    Some(HostRule { port, ..narrow.clone() })
}

/// True for addresses of the public internet (IANA's special-purpose registries, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, shared (carriers), loopback, link-local.
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, the old 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // Groups, reserved, broadcast.
        (224.., ..) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        // IPv4 addresses in other clothes: mapped, compatible, translated (RFC 6052, RFC 8215), 6to4, Teredo.
        [0, 0, 0, 0, 0, 0xffff, high, low] => v4(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x64, 0xff9b, ..] => false,
        [0x2002, high, low, ..] => v4(high, low),
        [0x2001, 0, ..] => false,
        // Documentation, benchmarks, identifiers.
        [0x2001, 0xdb8, ..] | [0x2001, 2, 0, ..] | [0x2001, 0x10..=0x2f, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // What is given out globally.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Writes down what was not reached.
#[derive(Clone)]
pub(super) struct Guard {
    pub policy: Arc<NetworkPolicy>,
    pub audit: Arc<dyn AuditSink>,
    /// What the network is to be like, where that is simulated.
    pub world: Option<Arc<Simulation>>,
}

impl Guard {
    /// The failure of a call, which is recorded.
    pub fn refused(&self, purpose: Purpose, blocked: Blocked) -> ApiFailure {
        self.record(purpose, &blocked);
        blocked.into()
    }

    pub fn record(&self, purpose: Purpose, blocked: &Blocked) {
        self.audit.record(Record::Blocked { purpose: purpose.key(), reason: blocked.to_string() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(texts: &[&str]) -> Vec<HostRule> {
        texts.iter().map(|text| HostRule::parse(text).expect(text)).collect()
    }

    #[test]
    fn rules_name_hosts_and_what_lies_below_them() {
        let yes = [
            ("api.example.org", "api.example.org", 443),
            ("https://API.Example.org/", "api.example.org.", 8443),
            ("*.example.org", "a.b.example.org", 443),
            ("api.example.org:8443", "api.example.org", 8443),
            ("[::1]:80", "[::1]", 80),
            ("例子.org", "例子.org", 1),
        ];
        for (rule, host, port) in yes {
            assert!(HostRule::parse(rule).expect(rule).holds(&canonical(host), port), "{rule} {host}");
        }
        let no = [
            ("example.org", "api.example.org", 443),
            ("*.example.org", "example.org", 443),
            ("*.example.org", "evilexample.org", 443),
            ("example.org", "example.org.evil.net", 443),
            ("api.example.org:8443", "api.example.org", 443),
        ];
        for (rule, host, port) in no {
            assert!(!HostRule::parse(rule).expect(rule).holds(&canonical(host), port), "{rule} {host}");
        }
        for text in ["", "*", "*.", "a b", "a/b", "a@b", "a:x", "a:99999"] {
            assert_eq!(HostRule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn lists_of_the_program_and_of_the_host_hold_together() {
        let manifest = json!({ "networkDomains": { "request": ["https://*.example.org", "other.net"], "socket": [] } });
        let ask = |policy: &NetworkPolicy, purpose, host| policy.check_name(purpose, "https", host, 443).is_ok();
        let policy = NetworkPolicy::default().listed(&manifest);
        assert!(ask(&policy, Purpose::Request, "api.example.org") && ask(&policy, Purpose::Request, "other.net"));
        assert!(!ask(&policy, Purpose::Request, "evil.net") && !ask(&policy, Purpose::Socket, "other.net"));
        // One without a list, and pictures.
        assert!(!ask(&policy, Purpose::Upload, "other.net") && ask(&policy, Purpose::Picture, "evil.net"));
        let host = NetworkPolicy::default().only(Purpose::Request, rules(&["*.a.example.org", "third.net"]));
        let both = host.listed(&manifest).forbid(rules(&["bad.a.example.org"]));
        assert!(ask(&both, Purpose::Request, "x.a.example.org"));
        for host in ["x.example.org", "other.net", "third.net", "bad.a.example.org"] {
            assert!(!ask(&both, Purpose::Request, host), "{host}");
        }
        assert!(ask(&NetworkPolicy::default().listed(&json!({})), Purpose::Request, "any.net"));
    }

    #[test]
    fn only_tls_unless_it_is_allowed() {
        let policy = NetworkPolicy::default();
        assert!(matches!(policy.check_name(Purpose::Request, "http", "a.net", 80), Err(Blocked::Insecure(_))));
        assert!(matches!(policy.check_name(Purpose::Socket, "ws", "a.net", 80), Err(Blocked::Insecure(_))));
        assert!(policy.check_name(Purpose::Socket, "wss", "a.net", 443).is_ok());
        assert!(policy.check_name(Purpose::Picture, "http", "a.net", 80).is_ok());
        assert!(NetworkPolicy::open().check_name(Purpose::Request, "http", "a.net", 80).is_ok());
    }

    #[test]
    fn addresses_of_no_public_network_are_known() {
        let private = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.9.9",
            "192.168.1.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:0:1::",
            "2001:db8::1",
            "fec0::1",
        ];
        for text in private {
            assert!(!is_public(text.parse().expect(text)), "{text}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "192.167.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ];
        for text in public {
            assert!(is_public(text.parse().expect(text)), "{text}");
        }
    }

    #[test]
    fn a_name_with_any_public_address_is_reached_there_only() {
        let at = |text: &str| SocketAddr::new(text.parse().expect(text), 443);
        let policy = NetworkPolicy::default();
        assert_eq!(policy.reachable([at("10.0.0.1"), at("1.1.1.1")].into_iter()), Ok(vec![at("1.1.1.1")]));
        let blocked = policy.reachable([at("10.0.0.1"), at("::1")].into_iter());
        assert_eq!(blocked, Err(Blocked::Private("10.0.0.1".to_owned())));
        assert!(matches!(policy.resolve("localhost", 80), Err(Blocked::Private(_))));
        assert!(matches!(policy.resolve("0x7f000001", 80), Err(Blocked::Private(_)) | Ok(Err(_))));
    }
}
