//! Figures for statistics, as they come to a host.

use crate::support::on_logic_thread;
use crate::wx::WxBench;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::device::{Device, DeviceCall};
use std::sync::{Arc, Mutex};

struct Statistics(Arc<Mutex<Vec<String>>>);

impl Device for Statistics {
    fn call(&mut self, call: DeviceCall, _: Responder) {
        if let DeviceCall::Report { event, data } = call {
            self.0.lock().unwrap().push(format!("{event} {data}"));
        }
    }
}

#[test]
fn figures_come_to_the_host_with_their_names() {
    on_logic_thread(|| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let code = "wx.reportEvent('buy', { price: 3 });
            wx.reportMonitor('1', 2);
            wx.reportPerformance(1101, 680);
            wx.reportPerformance(1101, 680.5, ['wifi', 'cold']);
            try { wx.reportPerformance('soon') } catch (e) { out.push(String(e)) }
            out.push(wx.canIUse('reportPerformance'));";
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| c.device = Box::new(Statistics(log.clone())));
        let out = bench.run(0);
        assert!(out.contains("reportPerformance") && out.ends_with("true]"), "{out}");
        let log = log.lock().unwrap();
        let expected = [
            r#"buy {"price":3}"#,
            "1 2",
            r#"1101 {"value":680}"#,
            r#"1101 {"value":680.5,"dimensions":["wifi","cold"]}"#,
        ];
        assert_eq!(*log, expected);
    });
}
