//! What whoever handles personal information owes the public, for the invented city.

use app::{Stop, rights};
use jiff::ToSpan;
use rules::rights::assessment::{Draft, Occasion};
use rules::rights::data_handler::Entry;

use crate::stage::{Stage, founder};

/// Names who answers for personal information, and enters what was weighed beforehand; all of it invented.
pub async fn enter(stage: &mut Stage<'_>) -> Result<(), Stop> {
    let entered = stage.step((), |tx, at, ()| {
        Box::pin(async move {
            let (who, root) = (founder(), tx.city().settings.root_code.clone());
            let today = tx.city().calendar.date(at.recorded);
            let entry = Entry {
                valid_from: Some(today),
                body: "荷邻演示城市社会工作部（虚构）".into(),
                contact: "演示个人信息保护岗".into(),
                phone: "0530-0000000".into(),
                address: "演示路 1 号（虚构）".into(),
                officer: "演示负责人（虚构）".into(),
            };
            rights::data_handlers::name(tx, &who, at, &root, &entry).await?;
            let draft = Draft {
                title: "上门服务中使用住址和电话（演示）".into(),
                occasion: Occasion::PassedOn.key().into(),
                purpose: "接单的志愿者要找得到门、打得通电话，少了这两项没法上门。".into(),
                effect: "住址和电话可能被多看、外传，老人独居的情况可能被人知道。".into(),
                measures: "只给接单的人看，任务结束就看不到；每次查看有记录，本人看得到；任务名称里不写住址和病情。"
                    .into(),
                valid_from: Some(today),
                review_on: Some(today.saturating_add(1.year())),
                approved_by: "演示负责人（虚构）".into(),
                approved_on: Some(today),
            };
            rights::assessments::record(tx, &who, at, &root, &draft).await.map(drop)
        })
    });
    entered.await
}
