//! Keeping the whole process on one core while it does one thing after another.
//!
//! Building a city is a single thread of questions and answers, but SQLite answers in a thread of its own. On two cores
//! each answer wakes a core that has gone to sleep; on one it is a switch of threads, several times cheaper.

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process::Pid;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// All cores again when it goes.
    pub struct OneCore {
        before: CpuSet,
    }

    impl OneCore {
        /// `None` where the system does not allow it: then it is only slower.
        pub fn keep() -> Option<OneCore> {
            let before = sched_getaffinity(None).ok()?;
            let core = (0..CpuSet::MAX_CPU).find(|&core| before.is_set(core))?;
            let mut one = CpuSet::new();
            one.set(core);
            set_all(&one);
            Some(OneCore { before })
        }
    }

    impl Drop for OneCore {
        fn drop(&mut self) {
            set_all(&self.before);
        }
    }

    /// For every thread there is; those that begin later take it from the one that begins them.
    fn set_all(cores: &CpuSet) {
        let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        for thread in threads {
            let number = thread.file_name().to_string_lossy().parse().ok().and_then(Pid::from_raw);
            if number.is_some() {
                // One that has ended meanwhile needs no core.
                sched_setaffinity(number, cores).ok();
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn threads_begun_meanwhile_stay_on_the_core_and_are_freed_with_the_others() {
            let before = sched_getaffinity(None).unwrap();
            let (tell, told) = std::sync::mpsc::channel();
            let (go, gone) = std::sync::mpsc::channel::<()>();
            let kept = OneCore::keep().unwrap();
            let thread = std::thread::spawn(move || {
                tell.send(sched_getaffinity(None).unwrap()).unwrap();
                gone.recv().unwrap();
                tell.send(sched_getaffinity(None).unwrap()).unwrap();
            });
            assert_eq!(told.recv().unwrap().count(), 1);
            drop(kept);
            go.send(()).unwrap();
            assert_eq!(told.recv().unwrap(), before);
            assert_eq!(sched_getaffinity(None).unwrap(), before);
            thread.join().unwrap();
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    pub struct OneCore;

    impl OneCore {
        /// Other systems have no such wish.
        pub fn keep() -> Option<OneCore> {
            None
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::OneCore;
#[cfg(target_os = "linux")]
pub use linux::OneCore;
