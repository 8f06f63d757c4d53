//! No single person can create confirmed hours.

use proptest::prelude::*;

use super::*;
use crate::people::household::Party;
use crate::service::attendance::{AttendanceRules, Closing, Signing};
use crate::service::confirmation::{Around, Standing};
use crate::service::presence::Means;
use crate::service::record::{LateEntry, Nature, OtherRecords, RecordRules};
use crate::shared::ids::HouseholdId;

fn party(n: u128) -> Party<'static> {
    Party { person: person(n), household: household(n), kin: &[] }
}

fn household(n: u128) -> Option<HouseholdId> {
    Some(Id::new(Cell(1), Uuid::from_u128(500 + n)))
}

fn confirm(record: ServiceRecord, around: &Around<'_>) -> Result<Standing, Refusal> {
    let who = actor_of(around.confirmer.person);
    let permit = access::confirm(&who, &subject(&record)).unwrap();
    record.confirm(&permit, around, on_monday("12:00:00")).map(|(record, confirmation)| {
        assert_eq!(record.state, RecordState::Confirmed);
        assert_eq!((confirmation.by, confirmation.record), (around.confirmer.person, record.id));
        confirmation.standing
    })
}

fn actor_of(person: PersonId) -> Actor {
    actor(person.uuid.as_u128())
}

/// Staff, about to confirm what a volunteer did for somebody of another household.
fn around<'a>(recorders: &'a [Party<'a>]) -> Around<'a> {
    Around {
        confirmer: party(STAFF),
        volunteer: party(VOLUNTEER),
        recorders,
        served: Some(party(SERVED)),
        is_staff: true,
        by_phone: false,
        by_mandate: false,
    }
}

fn housemate(of: u128, n: u128) -> Party<'static> {
    Party { household: household(of), ..party(n) }
}

#[test]
fn a_reminder_is_for_what_was_left_open_and_not_more_than_one_a_week() {
    let wordless = ServiceRecord { activity: Activity { content: " ".into(), ..record().activity }, ..record() };
    let confirmed = ServiceRecord { state: RecordState::Confirmed, ..wordless.clone() };
    let written = record();
    let now = on_monday("12:00:00");
    let days_ago = |days: i64| Some(now - jiff::SignedDuration::from_hours(24 * days));
    let cases = [
        ("nothing was written", &wordless, None, None),
        ("it was written", &written, None, Some("remind-state")),
        ("it is confirmed", &confirmed, None, Some("remind-state")),
        ("they were reminded this week", &wordless, days_ago(6), Some("remind-again")),
        ("they were reminded a week ago", &wordless, days_ago(7), None),
    ];
    for (name, record, last, expected) in cases {
        let permit = access::on_record::<access::Remind>(&actor_of(person(STAFF)), &subject(record)).unwrap();
        assert_eq!(record.remind(&permit, last, now).err().map(|refusal| refusal.code), expected, "{name}");
    }
    let alone = Actor::person(person(VOLUNTEER), Vec::new(), crate::shared::Channel::Web);
    assert!(access::on_record::<access::Remind>(&alone, &subject(&wordless)).is_err(), "staff remind");
}

#[test]
fn who_may_confirm() {
    let recorders = [party(VOLUNTEER)];
    let by_desk = [party(STAFF)];
    let around = around(&recorders);
    let desk_signed = ServiceRecord { entered_by: vec![person(STAFF)], ..record() };
    let with = |confirmer, is_staff| Around { confirmer, is_staff, ..around };
    let daughter = with(party(9), false);
    let unserved = Around { by_phone: true, served: None, ..around };
    let other_desk = Around { recorders: &by_desk, confirmer: party(OTHER_STAFF), ..around };
    let cases = [
        ("the person served", record(), with(party(SERVED), false), Ok(Standing::Served)),
        ("staff", record(), around, Ok(Standing::Staff)),
        ("a call-taker", record(), Around { by_phone: true, ..around }, Ok(Standing::ServedByPhone)),
        ("a daughter with a mandate", record(), Around { by_mandate: true, ..daughter }, Ok(Standing::Served)),
        ("a daughter without one", record(), daughter, Err("confirm-standing")),
        ("a call-taker where nobody was served", record(), unserved, Err("confirm-standing")),
        ("the volunteer", record(), with(party(VOLUNTEER), true), Err("confirm-own")),
        ("who signed", desk_signed.clone(), Around { recorders: &by_desk, ..around }, Err("confirm-recorder")),
        ("another desk", desk_signed, other_desk, Ok(Standing::Staff)),
    ];
    for (name, record, around, expected) in cases {
        assert_eq!(confirm(record, &around).map_err(|r| r.code), expected, "{name}");
    }
}

#[test]
fn no_household_confirms_its_own() {
    let recorders = [party(VOLUNTEER)];
    let by_desk = [party(STAFF)];
    let around = around(&recorders);
    let desk_signed = ServiceRecord { entered_by: vec![person(STAFF)], ..record() };
    let with = |confirmer, is_staff| Around { confirmer, is_staff, ..around };
    let kin = [person(VOLUNTEER)];
    let mother_served = Around { served: Some(housemate(VOLUNTEER, SERVED)), ..around };
    let mandate = Around { confirmer: party(9), is_staff: false, by_mandate: true, ..mother_served };
    let refused = Err("confirm-household");
    let cases = [
        ("who lives with the volunteer", record(), with(housemate(VOLUNTEER, 9), true), refused),
        (
            "who lives with the recorder",
            desk_signed,
            Around { recorders: &by_desk, ..with(housemate(STAFF, OTHER_STAFF), true) },
            refused,
        ),
        ("the volunteer's kin", record(), with(Party { kin: &kin, ..party(9) }, true), refused),
        ("the volunteer's mother, served", record(), with(housemate(VOLUNTEER, SERVED), false), refused),
        ("the same by telephone", record(), Around { by_phone: true, ..mother_served }, refused),
        ("the same by mandate", record(), mandate, refused),
        ("staff, though the mother was served", record(), mother_served, Ok(Standing::Staff)),
    ];
    for (name, record, around, expected) in cases {
        assert_eq!(confirm(record, &around).map_err(|r| r.code), expected, "{name}");
    }
}

#[test]
fn only_a_record_that_waits_is_confirmed() {
    let recorders = [party(VOLUNTEER)];
    let around = Around { served: None, ..around(&recorders) };
    for state in [RecordState::Confirmed, RecordState::Contested, RecordState::Void] {
        let record = ServiceRecord { state, ..record() };
        assert_eq!(confirm(record, &around).map_err(|r| r.code), Err("confirm-state"));
    }
    let mut forgotten = ServiceRecord { closing: Some(Closing::ToBeConfirmed), ..record() };
    assert_eq!(confirm(forgotten.clone(), &around), Ok(Standing::Staff));
    forgotten.activity.content.clear();
    assert_eq!(confirm(forgotten, &around).map_err(|r| r.code), Err("confirm-forgotten"));

    let job = access::confirm(&Actor::system(), &subject(&record())).unwrap();
    assert_eq!(code(record().confirm(&job, &around, on_monday("12:00:00"))), Some("needs-a-person"));
}

#[test]
fn contesting_takes_the_hours_back() {
    let permit = access::on_record(&actor(SERVED), &subject(&record())).unwrap();
    let confirmed = ServiceRecord { state: RecordState::Confirmed, ..record() };
    assert_eq!(confirmed.clone().contest(&permit, "没有来过").unwrap().state, RecordState::Contested);
    assert_eq!(code(confirmed.contest(&permit, "")), Some("contest-reason"));
    let void = ServiceRecord { state: RecordState::Void, ..record() };
    assert_eq!(code(void.contest(&permit, "没有来过")), Some("contest-state"));
}

/// Something a person may try, with every role, on any side of the record.
#[derive(Clone, Copy, Debug)]
enum Act {
    CheckIn { desk: bool },
    CheckOut { desk: bool },
    Forget,
    Write,
    WriteLate,
    Describe,
    Contest,
    Correct,
    Confirm { by_phone: bool, by_mandate: bool, is_staff: bool },
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<bool>().prop_map(|desk| Act::CheckIn { desk }),
        any::<bool>().prop_map(|desk| Act::CheckOut { desk }),
        Just(Act::Forget),
        Just(Act::Write),
        Just(Act::WriteLate),
        Just(Act::Describe),
        Just(Act::Contest),
        Just(Act::Correct),
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(by_phone, by_mandate, is_staff)| Act::Confirm {
            by_phone,
            by_mandate,
            is_staff
        }),
    ]
}

/// The state of one service as people act on it; what is refused changes nothing.
struct World {
    attendance: Attendance,
    record: Option<ServiceRecord>,
    /// Everyone who did something that was not refused.
    acted: Vec<PersonId>,
}

impl World {
    fn try_act(&mut self, n: u128, act: Act) {
        let none = OtherRecords { served: &[], minutes_that_day: 0 };
        let (rules, record_rules) = (AttendanceRules::default(), RecordRules::default());
        let (who, now) = (actor(n), on_monday("10:00:00"));
        let done = match act {
            Act::CheckIn { desk } => self.sign_in(n, desk, &rules),
            Act::CheckOut { desk } => self.sign_out(n, desk, &rules),
            Act::Forget => {
                self.attendance = self.attendance.clone().close_forgotten(&rules, on_monday("12:00:00"));
                return;
            }
            Act::Write if self.record.is_none() => {
                let id = record().id;
                self.record =
                    ServiceRecord::of_attendance(id, &self.attendance, activity(), &none, &record_rules, &rules).ok();
                return;
            }
            Act::WriteLate if self.record.is_none() => {
                let permit = access::on_volunteer(&who, person(VOLUNTEER), VILLAGE, None).unwrap();
                let served = window("07:00:00", "08:00:00");
                let entry = LateEntry {
                    id: record().id,
                    volunteer: person(VOLUNTEER),
                    offer: Some(offer()),
                    activity: activity(),
                    served,
                    nature: Nature::Voluntary,
                    reason: "手机没电".into(),
                };
                self.record = ServiceRecord::late(&permit, entry, &none, &record_rules, now).ok();
                self.record.is_some()
            }
            Act::Write | Act::WriteLate => false,
            Act::Describe => self.change(|r| {
                let permit = access::on_service(&who, offer(), person(VOLUNTEER), VILLAGE, None).ok()?;
                let ended = r.served.end;
                r.describe(&permit, ended, "陪同取药".into(), &none, &record_rules).ok()
            }),
            Act::Contest => self.change(|r| {
                let permit = access::on_record(&who, &subject(&r)).unwrap();
                r.contest(&permit, "没有来过").ok()
            }),
            Act::Correct => self.change(|r| {
                let permit = access::on_record(&who, &subject(&r)).unwrap();
                let served = r.served;
                r.correct(&permit, served, "陪同取药".into(), &none, &record_rules).ok()
            }),
            Act::Confirm { by_phone, by_mandate, is_staff } => self.change(|r| {
                let recorders: Vec<Party<'_>> = r.entered_by.iter().map(|id| party(id.uuid.as_u128())).collect();
                let around = Around {
                    confirmer: party(n),
                    volunteer: party(VOLUNTEER),
                    recorders: &recorders,
                    served: Some(party(SERVED)),
                    is_staff,
                    by_phone,
                    by_mandate,
                };
                let permit = access::confirm(&who, &subject(&r)).unwrap();
                r.confirm(&permit, &around, now).ok().map(|(record, _)| record)
            }),
        };
        if done && !self.acted.contains(&person(n)) {
            self.acted.push(person(n));
        }
    }

    fn sign_in(&mut self, n: u128, desk: bool, rules: &AttendanceRules) -> bool {
        let (own, by_desk) = (on_service(VOLUNTEER), on_service(n));
        let signing = if desk || n != VOLUNTEER { Signing::Desk(&by_desk) } else { Signing::Own(&own) };
        let signed = self.attendance.clone().check_in(&signing, Means::CardQr, None, 0, rules, on_monday("09:00:00"));
        signed.map(|a| self.attendance = a).is_ok()
    }

    fn sign_out(&mut self, n: u128, desk: bool, rules: &AttendanceRules) -> bool {
        let (own, by_desk) = (on_service(VOLUNTEER), on_service(n));
        let signing = if desk || n != VOLUNTEER { Signing::Desk(&by_desk) } else { Signing::Own(&own) };
        let signed = self.attendance.clone().check_out(&signing, Means::Code, None, rules, on_monday("11:00:00"));
        signed.map(|a| self.attendance = a).is_ok()
    }

    fn change(&mut self, change: impl FnOnce(ServiceRecord) -> Option<ServiceRecord>) -> bool {
        let changed = self.record.clone().and_then(change);
        let done = changed.is_some();
        self.record = changed.or(self.record.take());
        done
    }

    fn has_confirmed_hours(&self) -> bool {
        self.record.as_ref().is_some_and(|r| r.state == RecordState::Confirmed)
    }
}

fn play(acts: &[(u128, Act)]) -> World {
    let mut world = World { attendance: attendance(), record: None, acted: Vec::new() };
    for (n, act) in acts {
        world.try_act(*n, *act);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// One person with every role, on whichever side of the record, tries everything in any order.
    #[test]
    fn nobody_makes_hours_alone(n in 1u128..=4, acts in prop::collection::vec(any_act(), 0..14)) {
        let acts: Vec<(u128, Act)> = acts.into_iter().map(|act| (n, act)).collect();
        prop_assert!(!play(&acts).has_confirmed_hours());
    }

    /// Whatever four people do, confirmed hours had two who acted.
    #[test]
    fn confirmed_hours_have_two_people_behind_them(
        acts in prop::collection::vec((1u128..=4, any_act()), 0..20)
    ) {
        let world = play(&acts);
        prop_assert!(!world.has_confirmed_hours() || world.acted.len() >= 2);
    }
}

/// The properties above would hold if nothing could ever be confirmed; two people can.
#[test]
fn two_people_make_confirmed_hours() {
    let confirm = Act::Confirm { by_phone: false, by_mandate: false, is_staff: true };
    let signed = [
        (VOLUNTEER, Act::CheckIn { desk: false }),
        (VOLUNTEER, Act::CheckOut { desk: false }),
        (VOLUNTEER, Act::Write),
    ];
    for second in [SERVED, STAFF] {
        let acts: Vec<(u128, Act)> = signed.iter().copied().chain([(second, confirm)]).collect();
        assert!(play(&acts).has_confirmed_hours());
    }
    assert!(play(&[(STAFF, Act::WriteLate), (OTHER_STAFF, confirm)]).has_confirmed_hours());
}
