//! Tables that are brought in, and one that is taken along.

use serde_json::json;

use super::{Teller, text, verbs_after};

impl Teller {
    pub async fn tables(&mut self) {
        self.a_table_is_brought_in().await;
        self.a_table_is_sent().await;
        self.a_list_is_taken_along().await;
    }

    async fn a_table_is_brought_in(&mut self) {
        let mut community = self.world.browser("community").await;
        let page = community.get("/imports").await.expect(200).text;
        let file = "姓名,手机号,区划代码\n钱大娘,13955550009,371722003003\n".as_bytes().to_vec();
        let before = self.world.events().await;
        let sent =
            community.send_files(&page, "/imports", &[("intake", "people")], &[("file", file)]).await.expect(303);
        self.left_its_event("/imports", before).await;
        app::jobs::run_due(&self.world.app).await.unwrap();
        let import = sent.location.expect("its page");
        let before = self.world.events().await;
        community.submit(&import, &format!("{import}/apply"), &[]).await.expect(303);
        app::jobs::run_due(&self.world.app).await.unwrap();
        let left = verbs_after(&self.world, before).await;
        assert_eq!(left, ["people.apply_import", "people.register"]);
    }

    /// The body is no JSON.
    async fn a_table_is_sent(&mut self) {
        let route = "/api/v1/imports";
        let address = format!("{route}?intake=people");
        self.try_without_a_grant("community", route, &address, &json!({})).await;
        let before = self.world.events().await;
        let file = "姓名,手机号,区划代码\n孙大娘,13955550010,371722003003\n".as_bytes().to_vec();
        let sent = self.world.api("community").post_file(&address, "text/csv", file, None).await.expect(201).json();
        self.left_its_event(route, before).await;
        app::jobs::run_due(&self.world.app).await.unwrap();
        let import = text(&sent["id"]);
        self.tell("community", "/api/v1/imports/{id}/application", &import, json!({})).await;
        self.tell("community", "/api/v1/imports/{id}/cancellation", &import, json!({})).await;
    }

    async fn a_list_is_taken_along(&mut self) {
        let mut community = self.world.browser("community").await;
        let before = self.world.events().await;
        community.submit("/people", "/people/export", &[]).await.expect(200);
        self.left_its_event("/people/export", before).await;
    }
}
