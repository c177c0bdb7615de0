"""The properties of `github.event`, by events.

What GitHub's own editor knows of them (npm, @actions/languageservice 0.3.61, November 2026), written by
`tests/live/payloads.py`. The payload of an event has what any of its activity types has. Links (`html_url`)
are left out, for every thing has some. What has no properties here may have any: inputs, payloads of clients,
and whatever GitHub says nothing of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from mermaid2gha.base.records import dataclass

_SAME = {"pull_request_target": "pull_request"}
"""Events whose payload is that of another."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A property that no payload of some events has: its name, those beside which it would stand, and the
    other events that have it."""

    name: str
    known: tuple[str, ...]
    elsewhere: tuple[str, ...]


def missing(events: Collection[str], path: Sequence[str]) -> Missing | None:
    """The first name of a path below `github.event` that no payload of the events has; names whatever their
    case, as GitHub compares them.

    Nothing where that is not certain: where GitHub says nothing of an event, or of what a property holds.
    """
    payloads = [_SAME.get(event, event) for event in events]
    if not payloads or not all(payload in _EVENTS for payload in payloads):
        return None
    reached = [_reached(payload, path) for payload in payloads]
    depth = max(depth for depth, _ in reached)
    if depth == len(path):
        return None
    known = dict.fromkeys(name for at, row in reached if at == depth for name in _properties(row))
    elsewhere = tuple(event for event in _EVENTS if _reached(event, path)[0] == len(path))
    return Missing(path[depth], tuple(known), elsewhere)


def _reached(event: str, path: Sequence[str]) -> tuple[int, int]:
    """How far a payload has a path, and the row of what it has there."""
    row = _EVENTS[event]
    for at, name in enumerate(path):
        if name.lower().endswith("url"):
            return len(path), row
        properties = {known.lower(): inner for known, inner in _properties(row).items()}
        if name.lower() not in properties:
            return at, row
        inner = properties[name.lower()]
        if inner is None:
            return len(path), row
        row = inner
    return len(path), row


@lru_cache
def _properties(row: int) -> dict[str, int | None]:
    """The properties of a thing, each with the row of its own, or nothing if it may have any."""
    return dict(_property(text) for text in _ROWS[row].split())


def _property(text: str) -> tuple[str, int | None]:
    name, colon, row = text.partition(":")
    return name, int(row) if colon else None


_LISTS = frozenset(
    "assets assignees branches commits docker_metadata labels nuget_metadata package_files pages parents "
    "pull_requests referenced_workflows requested_reviewers requested_teams reviewers "
    "rubygems_metadata".split()
)
"""What is a list of things wherever it has properties, links aside (npm, @octokit/webhooks-schemas 7.6.1)."""


def unchosen_list(path: Sequence[str], chosen: Collection[int]) -> int:
    """The length of the part of a path that is a list and of which the next name asks a property, though only
    its elements have any; `chosen` are the lengths of those of which an element is asked. 0 if there is none.
    """
    for at in range(1, len(path)):
        is_link = at > 1 and path[at - 2].lower() == "_links"
        if path[at - 1].lower() in _LISTS and at not in chosen and not is_link:
            return at
    return 0


def has_properties(events: Collection[str], path: Sequence[str]) -> bool:
    """Whether what a path reaches in the payloads of some events has properties itself: a thing, or a list of
    such, to which no text or number is equal."""
    payloads = [_SAME.get(event, event) for event in events]
    reached = [_inner(payload, path) for payload in payloads if payload in _EVENTS]
    return bool(reached) and len(reached) == len(payloads) and all(reached)


def is_list(path: Sequence[str]) -> bool:
    """Whether a path ends in the name of a list."""
    return path[-1].lower() in _LISTS


def _inner(event: str, path: Sequence[str]) -> bool:
    row: int | None = _EVENTS[event]
    for name in path:
        if row is None:
            return False
        row = {known.lower(): inner for known, inner in _properties(row).items()}.get(name.lower())
    return row is not None


_EVENTS = {
    "branch_protection_rule": 12,
    "check_run": 29,
    "check_suite": 36,
    "create": 37,
    "delete": 38,
    "deployment": 46,
    "deployment_status": 49,
    "discussion": 57,
    "discussion_comment": 59,
    "fork": 61,
    "gollum": 63,
    "issue_comment": 75,
    "issues": 86,
    "label": 88,
    "milestone": 90,
    "page_build": 93,
    "public": 94,
    "pull_request": 112,
    "pull_request_review": 120,
    "pull_request_review_comment": 124,
    "push": 126,
    "registry_package": 140,
    "release": 145,
    "repository_dispatch": 146,
    "schedule": 149,
    "status": 155,
    "watch": 156,
    "workflow_dispatch": 157,
    "workflow_run": 160,
}
_ROWS = (
    "from",
    (
        "admin_enforced:0 authorized_actor_names:0 authorized_actors_only:0 "
        "authorized_dismissal_actors_only:0 linear_history_requirement_enforcement_level:0 "
        "lock_allows_fork_sync:0 lock_branch_enforcement_level:0 pull_request_reviews_enforcement_level:0 "
        "require_last_push_approval:0 required_status_checks:0 required_status_checks_enforcement_level:0"
    ),
    "created_at description id name node_id slug updated_at",
    "id node_id",
    "description id login node_id",
    "key name node_id spdx_id",
    "email gravatar_id id login name node_id site_admin starred_at type user_view_type",
    "admin maintain pull push triage",
    "gravatar_id id login node_id site_admin type",
    (
        "allow_auto_merge allow_merge_commit allow_rebase_merge allow_squash_merge allow_update_branch "
        "archived created_at default_branch delete_branch_on_merge description disabled fork forks_count "
        "full_name has_downloads has_issues has_pages has_projects has_wiki homepage id is_template "
        "language merge_commit_message merge_commit_title name network_count node_id open_issues_count "
        "owner:8 permissions:7 private pushed_at size squash_merge_commit_message squash_merge_commit_title "
        "stargazers_count subscribers_count temp_clone_token topics updated_at "
        "use_squash_pr_title_as_default visibility watchers_count"
    ),
    (
        "allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge "
        "allow_update_branch anonymous_access_enabled archived created_at custom_properties default_branch "
        "delete_branch_on_merge description disabled fork forks forks_count full_name has_discussions "
        "has_downloads has_issues has_pages has_projects has_pull_requests has_wiki homepage id is_template "
        "language license:5 master_branch merge_commit_message merge_commit_title name network_count "
        "node_id open_issues open_issues_count organization:6 owner:6 permissions:7 private "
        "pull_request_creation_policy pushed_at size squash_merge_commit_message squash_merge_commit_title "
        "stargazers_count starred_at subscribers_count temp_clone_token template_repository:9 topics "
        "updated_at use_squash_pr_title_as_default visibility watchers watchers_count "
        "web_commit_signoff_required"
    ),
    (
        "admin_enforced allow_deletions_enforcement_level allow_force_pushes_enforcement_level "
        "authorized_actor_names authorized_actors_only authorized_dismissal_actors_only create_protected "
        "created_at dismiss_stale_reviews_on_push id ignore_approvals_from_contributors "
        "linear_history_requirement_enforcement_level lock_allows_fork_sync lock_branch_enforcement_level "
        "merge_queue_enforcement_level name pull_request_reviews_enforcement_level repository_id "
        "require_code_owner_review require_last_push_approval required_approving_review_count "
        "required_conversation_resolution_level required_deployments_enforcement_level "
        "required_status_checks required_status_checks_enforcement_level "
        "signature_requirement_enforcement_level strict_required_status_checks_policy updated_at"
    ),
    "action changes:1 enterprise:2 installation:3 organization:4 repository:10 rule:11 sender:6",
    "checks contents deployments issues metadata",
    (
        "client_id created_at description events id installations_count name node_id owner permissions:13 "
        "slug updated_at"
    ),
    "id name",
    "ref repo:15 sha",
    "base:16 head:16 id number",
    "body key name",
    "status",
    "mode reviewer_id reviewer_type",
    "reviewers:20",
    (
        "advanced_security:19 code_security:19 dependabot_security_updates:19 secret_scanning:19 "
        "secret_scanning_ai_detection:19 secret_scanning_delegated_alert_dismissal:19 "
        "secret_scanning_delegated_bypass:19 secret_scanning_delegated_bypass_options:21 "
        "secret_scanning_non_provider_patterns:19 secret_scanning_push_protection:19"
    ),
    (
        "allow_forking archived code_of_conduct:18 created_at custom_properties default_branch "
        "delete_branch_on_merge description disabled fork forks forks_count full_name has_discussions "
        "has_downloads has_issues has_pages has_projects has_pull_requests has_wiki homepage id is_template "
        "language license:5 name network_count node_id open_issues open_issues_count owner:6 permissions:7 "
        "private pull_request_creation_policy pushed_at role_name security_and_analysis:22 size "
        "stargazers_count subscribers_count temp_clone_token topics updated_at visibility watchers "
        "watchers_count web_commit_signoff_required"
    ),
    (
        "after app:14 before conclusion created_at head_branch head_sha id node_id pull_requests:17 "
        "repository:23 status updated_at"
    ),
    (
        "created_at description environment id node_id original_environment performed_via_github_app:14 "
        "production_environment task transient_environment updated_at"
    ),
    "annotations_count summary text title",
    (
        "app:14 check_suite:24 completed_at conclusion deployment:25 external_id head_sha id name node_id "
        "output:26 pull_requests:17 started_at status"
    ),
    "identifier",
    (
        "action check_run:27 enterprise:2 installation:3 organization:4 repository:10 requested_action:28 "
        "sender:6"
    ),
    "deleted email gravatar_id id login name node_id site_admin type user_view_type",
    (
        "actions administration artifact_metadata attestations checks code_quality content_references "
        "contents copilot_requests deployments discussions drives emails environments issues keys members "
        "merge_queues metadata models organization_administration organization_hooks organization_packages "
        "organization_plan organization_projects organization_secrets organization_self_hosted_runners "
        "organization_user_blocking packages pages pull_requests repository_hooks repository_projects "
        "secret_scanning_alerts secrets security_events security_scanning_alert single_file statuses "
        "vulnerability_alerts workflows"
    ),
    "client_id created_at description events id name node_id owner:30 permissions:31 slug updated_at",
    "date email name username",
    "author:33 committer:33 id message timestamp tree_id",
    (
        "after app:32 before conclusion created_at head_branch head_commit:34 head_sha id "
        "latest_check_runs_count node_id pull_requests:17 rerequestable runs_rerequestable status "
        "updated_at"
    ),
    "action check_suite:35 enterprise:2 installation:3 organization:4 repository:10 sender:6",
    (
        "description enterprise:2 installation:3 master_branch organization:4 pusher_type ref ref_type "
        "repository:10 sender:6"
    ),
    "enterprise:2 installation:3 organization:4 pusher_type ref ref_type repository:10 sender:6",
    (
        "actions administration checks content_references contents deployments discussions emails "
        "environments issues keys members metadata organization_administration organization_hooks "
        "organization_packages organization_plan organization_projects organization_secrets "
        "organization_self_hosted_runners organization_user_blocking packages pages pull_requests "
        "repository_hooks repository_projects secret_scanning_alerts secrets security_events "
        "security_scanning_alert single_file statuses vulnerability_alerts workflows"
    ),
    "created_at description events id name node_id owner:30 permissions:39 slug updated_at",
    (
        "created_at creator:30 description environment id node_id original_environment payload "
        "performed_via_github_app:40 production_environment ref sha task transient_environment updated_at"
    ),
    "created_at id name node_id path state updated_at",
    "description fork full_name id name node_id owner:8 private",
    "path ref sha",
    (
        "actor:30 check_suite_id check_suite_node_id conclusion created_at display_title event head_branch "
        "head_commit head_repository:43 head_sha id name node_id path pull_requests:17 "
        "referenced_workflows:44 repository:43 run_attempt run_number run_started_at status "
        "triggering_actor:30 updated_at workflow_id"
    ),
    (
        "action deployment:41 enterprise:2 installation:3 organization:4 repository:10 sender:6 workflow:42 "
        "workflow_run:45"
    ),
    "completed_at conclusion external_id head_sha id name node_id started_at status",
    ("created_at creator:30 description environment id node_id performed_via_github_app:40 state updated_at"),
    (
        "action check_run:47 deployment:41 deployment_status:48 enterprise:2 installation:3 organization:4 "
        "repository:10 sender:6 workflow:42 workflow_run:45"
    ),
    "+1 -1 confused eyes heart hooray laugh rocket total_count",
    (
        "author_association body child_comment_count created_at discussion_id id node_id parent_id "
        "reactions:50 updated_at user:30"
    ),
    "created_at description emoji id is_answerable name node_id repository_id slug updated_at",
    "from:52",
    "color default description id name node_id",
    (
        "active_lock_reason answer_chosen_at answer_chosen_by:30 author_association body category:52 "
        "comments created_at id labels:54 locked node_id number reactions:50 state state_reason title "
        "updated_at user:30"
    ),
    "body:0 category:53 new_discussion:55 new_repository:10 title:0",
    (
        "action answer:51 changes:56 discussion:55 enterprise:2 installation:3 label:54 old_answer:51 "
        "organization:4 repository:10 sender:6"
    ),
    "body:0",
    (
        "action changes:58 comment:51 discussion:55 enterprise:2 installation:3 organization:4 "
        "repository:10 sender:6"
    ),
    (
        "allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge "
        "allow_update_branch archived created_at default_branch delete_branch_on_merge description disabled "
        "fork forks forks_count full_name has_downloads has_issues has_pages has_projects has_wiki homepage "
        "id is_template language license:5 master_branch name node_id open_issues open_issues_count "
        "organization owner:30 permissions:7 private public pushed_at role_name size stargazers "
        "stargazers_count topics updated_at visibility watchers watchers_count web_commit_signoff_required"
    ),
    "enterprise:2 forkee:60 installation:3 organization:4 repository:10 sender:6",
    "action page_name sha summary title",
    "enterprise:2 installation:3 organization:4 pages:62 repository:10 sender:6",
    "reason",
    "pinned_at pinned_by:6",
    (
        "author_association body created_at id minimized:64 node_id performed_via_github_app:14 pin:65 "
        "reactions:50 updated_at user:30"
    ),
    "blocked_by blocking total_blocked_by total_blocking",
    (
        "closed_at closed_issues created_at creator:30 description due_on id node_id number open_issues "
        "state title updated_at"
    ),
    (
        "actions administration checks content_references contents deployments discussions emails "
        "environments issues keys members metadata organization_administration organization_hooks "
        "organization_packages organization_plan organization_projects organization_secrets "
        "organization_self_hosted_runners organization_user_blocking packages pages pull_requests "
        "repository_hooks repository_projects secret_scanning_alerts secrets security_events "
        "security_scanning_alert single_file statuses team_discussions vulnerability_alerts workflows"
    ),
    "created_at description events id name node_id owner:30 permissions:69 slug updated_at",
    "merged_at",
    "completed percent_completed total",
    "color created_at description id is_enabled name node_id updated_at",
    (
        "active_lock_reason assignee:30 assignees:30 author_association body closed_at comments created_at "
        "draft id issue_dependencies_summary:67 labels:54 locked milestone:68 node_id number "
        "performed_via_github_app:70 pull_request:71 reactions:50 state state_reason sub_issues_summary:72 "
        "title type:73 updated_at user:30"
    ),
    (
        "action changes:58 comment:66 enterprise:2 installation:3 issue:74 organization:4 repository:10 "
        "sender:6"
    ),
    "color description id name",
    "id option:76 options:76 value value_id value_ids",
    "from:77",
    "color id name",
    (
        "data_type issue_field_id issue_field_name multi_select_options:79 node_id single_select_option:79 "
        "value"
    ),
    (
        "author_association body body_html body_text created_at id minimized:64 node_id "
        "performed_via_github_app:14 pin:65 reactions:50 updated_at user:6"
    ),
    (
        "active_lock_reason assignee:30 assignees:30 author_association body closed_at comments created_at "
        "draft id issue_dependencies_summary:67 issue_field_values:80 labels:54 locked milestone:68 node_id "
        "number performed_via_github_app:40 pinned_comment:81 pull_request:71 reactions:50 state "
        "state_reason sub_issues_summary:72 title type:73 updated_at user:30"
    ),
    (
        "allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge "
        "allow_update_branch archived created_at custom_properties default_branch delete_branch_on_merge "
        "description disabled fork forks forks_count full_name has_discussions has_downloads has_issues "
        "has_pages has_projects has_pull_requests has_wiki homepage id is_template language license:5 "
        "master_branch name node_id open_issues open_issues_count organization owner:30 permissions:7 "
        "private public pull_request_creation_policy pushed_at role_name size stargazers stargazers_count "
        "topics updated_at visibility watchers watchers_count web_commit_signoff_required"
    ),
    "body:0 issue_field_value:78 new_issue:82 new_repository:83 old_issue:82 old_repository:83 title:0",
    "field_type id name",
    (
        "action assignee:30 changes:84 enterprise:2 installation:3 issue:82 issue_field:85 "
        "issue_field_value:77 label:54 milestone:68 organization:4 repository:10 sender:6 type:73"
    ),
    "color:0 description:0 name:0",
    "action changes:87 enterprise:2 installation:3 label:54 organization:4 repository:10 sender:6",
    "description:0 due_on:0 title:0",
    "action changes:89 enterprise:2 installation:3 milestone:68 organization:4 repository:10 sender:6",
    "message",
    "commit created_at duration error:91 pusher:30 status updated_at",
    "build:92 enterprise:2 id installation:3 organization:4 repository:10 sender:6",
    "enterprise:2 installation:3 organization:4 repository:10 sender:6",
    "ref:0 sha:0",
    "base:95 body:0 title:0",
    (
        "closed_at closed_issues created_at creator:6 description due_on id node_id number open_issues "
        "state title updated_at"
    ),
    "href",
    "comments:98 commits:98 html:98 issue:98 review_comment:98 review_comments:98 self:98 statuses:98",
    "deleted email gravatar_id id login name node_id site_admin starred_at type user_view_type",
    "commit_message commit_title enabled_by:100 merge_method",
    "lexical_commit_sha lexical_search_ok",
    (
        "allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge "
        "allow_update_branch anonymous_access_enabled archived code_search_index_status:102 created_at "
        "default_branch delete_branch_on_merge description disabled fork forks forks_count full_name "
        "has_discussions has_downloads has_issues has_pages has_projects has_pull_requests has_wiki "
        "homepage id is_template language license:5 master_branch merge_commit_message merge_commit_title "
        "name node_id open_issues open_issues_count organization owner:100 permissions:7 private public "
        "pull_request_creation_policy pushed_at role_name size squash_merge_commit_message "
        "squash_merge_commit_title stargazers stargazers_count starred_at temp_clone_token topics "
        "updated_at use_squash_pr_title_as_default visibility watchers watchers_count "
        "web_commit_signoff_required"
    ),
    "label ref repo:103 sha user:100",
    (
        "closed_at closed_issues created_at creator:100 description due_on id node_id number open_issues "
        "state title updated_at"
    ),
    "description id name node_id permission privacy slug",
    (
        "deleted description enterprise_id id ldap_dn name node_id notification_setting organization_id "
        "parent:106 permission privacy slug type"
    ),
    "ref sha",
    "base:108 id number position size",
    (
        "_links:99 active_lock_reason additions allow_auto_merge allow_update_branch assignee:100 "
        "assignees:100 author_association auto_merge:101 base:104 body changed_files closed_at comments "
        "commits created_at delete_branch_on_merge deletions draft head:104 id labels:54 locked "
        "maintainer_can_modify merge_commit_message merge_commit_sha merge_commit_title mergeable "
        "mergeable_state merged merged_at merged_by:100 milestone:105 node_id number rebaseable "
        "requested_reviewers:6 requested_teams:107 review_comments squash_merge_commit_message "
        "squash_merge_commit_title stack:109 state title updated_at use_squash_pr_title_as_default user:100"
    ),
    "deleted description id name node_id parent:106 permission privacy slug",
    (
        "action after assignee:30 before changes:96 enterprise:2 installation:3 label:54 milestone:97 "
        "number organization:4 pull_request:110 reason repository:10 requested_reviewer:30 "
        "requested_team:111 sender:6 stack:109"
    ),
    "deleted email gravatar_id id login name node_id site_admin type",
    "commit_message commit_title enabled_by:30 merge_method",
    (
        "allow_auto_merge allow_forking allow_merge_commit allow_rebase_merge allow_squash_merge "
        "allow_update_branch archived created_at default_branch delete_branch_on_merge description disabled "
        "fork forks forks_count full_name has_discussions has_downloads has_issues has_pages has_projects "
        "has_pull_requests has_wiki homepage id is_template language license:5 master_branch "
        "merge_commit_message merge_commit_title name node_id open_issues open_issues_count organization "
        "owner:30 permissions:7 private public pull_request_creation_policy pushed_at role_name size "
        "squash_merge_commit_message squash_merge_commit_title stargazers stargazers_count topics "
        "updated_at use_squash_pr_title_as_default visibility watchers watchers_count "
        "web_commit_signoff_required"
    ),
    "label ref repo:115 sha user:30",
    (
        "_links:99 active_lock_reason assignee:30 assignees:113 author_association auto_merge:114 base:116 "
        "body closed_at created_at draft head:116 id labels:54 locked merge_commit_sha merged_at "
        "milestone:68 node_id number requested_reviewers requested_teams:111 stack:109 state title "
        "updated_at user:30"
    ),
    "html:98 pull_request:98",
    "_links:118 author_association body commit_id id node_id state submitted_at updated_at user:30",
    (
        "action changes:58 enterprise:2 installation:3 organization:4 pull_request:117 repository:10 "
        "review:119 sender:6"
    ),
    "html:98 pull_request:98 self:98",
    (
        "_links:121 author_association body commit_id created_at diff_hunk id in_reply_to_id line node_id "
        "original_commit_id original_line original_position original_start_line path position "
        "pull_request_review_id reactions:50 side start_line start_side subject_type updated_at user:30"
    ),
    (
        "_links:99 active_lock_reason assignee:30 assignees:30 author_association auto_merge:114 base:116 "
        "body closed_at created_at draft head:116 id labels:54 locked merge_commit_sha merged_at "
        "milestone:68 node_id number requested_reviewers requested_teams:111 stack:109 state title "
        "updated_at user:30"
    ),
    (
        "action changes:58 comment:122 enterprise:2 installation:3 organization:4 pull_request:123 "
        "repository:10 sender:6"
    ),
    "added author:33 committer:33 distinct id message modified removed timestamp tree_id",
    (
        "after base_ref before commits:125 compare created deleted enterprise:2 forced head_commit:125 "
        "installation:3 organization:4 pusher:33 ref repository:83 sender:6"
    ),
    "gravatar_id id login node_id site_admin type user_view_type",
    "digest name",
    "labels manifest tag:128",
    "tags",
    (
        "author bin bugs commit_oid contributors cpu deleted_by_id dependencies description "
        "dev_dependencies directories dist engines files git_head has_shrinkwrap homepage id "
        "installation_command keywords license main maintainers man name node_version npm_user npm_version "
        "optional_dependencies os peer_dependencies published_via_actions readme release_id repository "
        "scripts version"
    ),
    "id name value",
    "content_type created_at id md5 name sha1 sha256 size state updated_at",
    "author:127 created_at draft id name prerelease published_at tag_name target_commitish",
    "version",
    "commit_oid dependencies description homepage metadata name platform readme repo version_info:135",
    (
        "author:127 body body_html container_metadata:129 created_at description docker_metadata:130 draft "
        "id installation_command manifest metadata name npm_metadata:131 nuget_metadata:132 "
        "package_files:133 prerelease release:134 rubygems_metadata:136 summary tag_name target_commitish "
        "target_oid updated_at version"
    ),
    "name type vendor",
    (
        "created_at description ecosystem id name namespace owner:127 package_type package_version:137 "
        "registry:138 updated_at"
    ),
    "action enterprise:2 installation:3 organization:4 registry_package:139 repository:10 sender:6",
    "to",
    "body:0 make_latest:141 name:0 tag_name:0",
    (
        "content_type created_at digest download_count id label name node_id size state updated_at "
        "uploader:113"
    ),
    (
        "assets:143 author:30 body created_at draft id immutable name node_id prerelease published_at "
        "reactions:50 tag_name target_commitish updated_at"
    ),
    "action changes:142 enterprise:2 installation:3 organization:4 release:144 repository:10 sender:6",
    "action branch client_payload enterprise:2 installation:3 organization:4 repository:10 sender:6",
    "email gravatar_id id login name node_id site_admin type",
    (
        "archived created_at default_branch description disabled fork forks forks_count full_name "
        "has_downloads has_issues has_pages has_projects has_wiki homepage id language license "
        "master_branch name node_id open_issues open_issues_count owner:147 private pushed_at size "
        "stargazers stargazers_count updated_at watchers watchers_count"
    ),
    "repository:148 schedule workflow",
    "sha",
    "commit:150 name protected",
    "payload reason signature verified verified_at",
    "author:33 comment_count committer:33 message tree:150 verification:152",
    "author:113 commit:153 committer:113 node_id parents:150 sha",
    (
        "branches:151 commit:154 context created_at description enterprise:2 id installation:3 name "
        "organization:4 repository:10 sender:6 sha state updated_at"
    ),
    "action enterprise:2 installation:3 organization:4 repository:10 sender:6",
    "enterprise:2 inputs installation:3 organization:4 ref repository:10 sender:6 workflow",
    "description fork full_name id name node_id owner:30 private",
    (
        "actor:30 check_suite_id check_suite_node_id conclusion created_at display_title event head_branch "
        "head_commit:34 head_repository:158 head_sha id name node_id path pull_requests:17 "
        "referenced_workflows:44 repository:158 run_attempt run_number run_started_at status "
        "triggering_actor:30 updated_at workflow_id"
    ),
    ("action enterprise:2 installation:3 organization:4 repository:10 sender:6 workflow:42 workflow_run:159"),
)
