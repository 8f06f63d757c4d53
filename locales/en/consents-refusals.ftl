refusal-consent-given = You have agreed already.
refusal-consent-not-given = You had not agreed, so there is nothing to withdraw.
refusal-consent-purpose-unknown = There is no such purpose. Load the page again and choose.
