refusal-consent-given = 您已经同意了，不用再点。
refusal-consent-not-given = 您没有同意过这一项，不用撤回。
refusal-consent-purpose-unknown = 没有这一项，请刷新页面再选。
