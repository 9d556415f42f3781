//! Players of sounds over a host that tells what a test wants.

use crate::support::on_logic_thread;
use crate::wx::WxBench;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::ApiFailure;
use pellicle_script::capability::audio::{AudioEvent, AudioEvents, AudioFault, AudioKind, AudioPlayer, AudioSettings};
use pellicle_script::capability::device::Device;
use std::sync::{Arc, Mutex};

type Log = Arc<Mutex<Vec<String>>>;

/// A host whose sounds are three seconds long and come at once.
struct Speaker(Log);

struct Sound {
    log: Log,
    events: AudioEvents,
}

impl Sound {
    fn note(&self, text: String) {
        self.log.lock().unwrap().push(text);
    }
}

impl AudioPlayer for Sound {
    fn load(&mut self, settings: &AudioSettings) {
        self.note(format!("load {} {}", settings.src, settings.volume));
        if settings.src.ends_with(".txt") {
            return self.events.tell(&AudioEvent::Error(AudioFault::Format, "no sound".to_owned()));
        }
        self.events.tell(&AudioEvent::CanPlay(3.0));
    }

    fn configure(&mut self, settings: &AudioSettings) {
        self.note(format!("volume {} rate {} loop {}", settings.volume, settings.rate, settings.looped));
    }

    fn play(&mut self) {
        self.events.tell(&AudioEvent::Play);
        self.events.tell(&AudioEvent::TimeUpdate(1.5, 3.0));
    }

    fn pause(&mut self) {
        self.events.tell(&AudioEvent::Pause);
    }

    fn stop(&mut self) {
        self.note("stop".to_owned());
        self.events.tell(&AudioEvent::Stop);
    }

    fn seek(&mut self, at: f64) {
        self.events.tell(&AudioEvent::Seeking);
        self.events.tell(&AudioEvent::TimeUpdate(at, 3.0));
        self.events.tell(&AudioEvent::Seeked);
        self.events.tell(&AudioEvent::Ended);
    }
}

impl Device for Speaker {
    fn audio(&mut self, kind: AudioKind, events: AudioEvents) -> Result<Box<dyn AudioPlayer>, ApiFailure> {
        self.0.lock().unwrap().push(format!("{kind:?}"));
        Ok(Box::new(Sound { log: self.0.clone(), events }))
    }
}

fn run(code: &str, device: Option<Speaker>) -> String {
    let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| {
        if let Some(device) = device {
            c.device = Box::new(device);
        }
    });
    let out = bench.run(0);
    assert_eq!(bench.faults(), [] as [&str; 0]);
    out
}

const NOTES: &str =
    "const note = (a, ...names) => names.forEach(n => a['on' + n](e => out.push(n + (e && e.errCode || ''))));\n";

#[test]
fn a_player_goes_through_its_states_as_the_host_tells() {
    on_logic_thread(|| {
        let log = Log::default();
        let code = format!(
            "{NOTES}const a = wx.createInnerAudioContext();
             note(a, 'Canplay', 'Play', 'Pause', 'Stop', 'Ended', 'TimeUpdate', 'Seeking', 'Seeked', 'Error');
             out.push([a.src, a.volume, a.paused, a.duration, a.loop, a.obeyMuteSwitch]);
             a.volume = 7; a.src = 'a.mp3'; a.loop = true; a.playbackRate = 0.1;
             setTimeout(() => {{ out.push([a.duration, a.paused]); a.play(); }}, 10);
             setTimeout(() => {{ out.push([a.currentTime, a.buffered, a.paused]); a.pause(); }}, 20);
             setTimeout(() => {{ out.push(a.paused); a.seek(2); }}, 30);
             setTimeout(() => {{ out.push(a.currentTime); a.offTimeUpdate(); a.stop(); }}, 40);
             setTimeout(() => {{ out.push(a.currentTime); a.src = 'b.txt'; }}, 50);
             setTimeout(() => {{ a.destroy(); a.play(); }}, 60);"
        );
        let out = run(&code, Some(Speaker(log.clone())));
        assert_eq!(
            out,
            r#"[["",1,true,0,false,true],"Canplay",[3,true],"Play","TimeUpdate",[1.5,3,false],"Pause",true,"Seeking","TimeUpdate","Seeked","Ended",2,"Stop",0,"Error10004"]"#
        );
        let log = log.lock().unwrap();
        assert_eq!(
            *log,
            [
                "Inner",
                "load a.mp3 1",
                "volume 1 rate 1 loop true",
                "volume 1 rate 0.5 loop true",
                "stop",
                "load b.txt 1",
                "stop"
            ]
        );
    });
}

#[test]
fn the_player_of_the_background_is_one_and_plays_at_once() {
    on_logic_thread(|| {
        let code = format!(
            "{NOTES}const a = wx.getBackgroundAudioManager();
             note(a, 'Play', 'Next');
             a.title = 'piece'; a.src = 'https://x/a.mp3';
             out.push(wx.getBackgroundAudioManager() === a, a.title, typeof a.destroy, typeof a.onPrev);"
        );
        assert_eq!(run(&code, Some(Speaker(Log::default()))), r#"[true,"piece","undefined","function","Play"]"#);
    });
}

#[test]
fn a_host_without_sound_says_so_by_on_error() {
    on_logic_thread(|| {
        let code = format!(
            "{NOTES}const a = wx.createInnerAudioContext(); note(a, 'Error', 'Play');
             a.play();
             setTimeout(() => {{ a.src = 'a.mp3'; }}, 10);
             setTimeout(() => {{ a.play(); out.push(a.paused); }}, 20);
             setTimeout(() => {{ let n = 0; try {{ for (; n < 200; n++) wx.createInnerAudioContext() }} catch (e) {{ out.push(n, e.message) }} }}, 30);"
        );
        let out = run(&code, None);
        assert!(
            out.starts_with(r#"["Error10001","Error10001",true,"Error10001",63,"createInnerAudioContext:fail "#),
            "{out}"
        );
    });
}
