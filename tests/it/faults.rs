//! The faults that the program survives, row by row, each with its tests. One that is renamed or removed makes this one fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// One row: its number, by which it is cited, what happens, and the tests (file and name).
struct Row(u8, &'static str, &'static [(&'static str, &'static str)]);

const TERMINAL: &str = "tests/terminal.rs";
const PASTE: &str = "src/io/terminal/paste.rs";
const DRAFTS: &str = "tests/it/keys/drafts.rs";
const HOSTILE: &str = "tests/it/hostile.rs";
const OPENING: &str = "tests/it/keys/opening.rs";
const OVERSIZED: &str = "tests/it/oversized.rs";
const CANARY: &str = "tests/it/canary.rs";
const STORE: &str = "tests/it/store.rs";
const NET: &str = "tests/it/network/hostile.rs";
const REDIRECTS: &str = "tests/it/network/redirects.rs";
const PROXIES: &str = "tests/it/network/proxies.rs";
const GROWTH: &str = "tests/growth/main.rs";
const OUTPUT: &str = "tests/it/output.rs";
const TLS: &str = "tests/it/network/tls.rs";
const PLAIN: &str = "tests/it/network/plain.rs";
const CLIPBOARD: &str = "src/io/clipboard.rs";
const KEYRING: &str = "tests/it/keys/keyring.rs";
const RENEWING: &str = "tests/it/keys/renewing.rs";
const MIRROR: &str = "tests/it/cli_mirror.rs";
const ISSUERS: &str = "tests/it/keys/issuers.rs";
const TRIALS: &str = "tests/it/keys/trials.rs";
/// Rows that need system tools; `.ci/run` runs them on the built program.
const SYSTEM: &str = "tests/system/run";
const TABLE: &str = "tests/system/oversized";

const ROWS: &[Row] = &[
    Row(
        1,
        "a panic while drawing or in a task",
        &[
            (TERMINAL, "a panic gives the terminal back, keeps the draft, and says only what is no secret"),
            (DRAFTS, "a_panic_keeps_the_draft"),
            (DRAFTS, "a_panic_of_a_task_ends_the_program_with_the_draft_kept"),
            (DRAFTS, "credentials_are_kept_only_after_a_yes_which_is_remembered"),
        ],
    ),
    Row(
        2,
        "SIGTERM, SIGINT from outside, Ctrl-C",
        &[
            (TERMINAL, "SIGTERM, SIGINT and SIGHUP end it quickly, each with its exit code"),
            (TERMINAL, "the modes are set while the guard lives and gone after it"),
        ],
    ),
    Row(
        3,
        "SIGHUP, and a terminal that goes away without it",
        &[
            (TERMINAL, "a terminal that goes away ends it"),
            (TERMINAL, "closing the terminal ends the program and keeps its draft"),
            (TERMINAL, "SIGKILL, SIGTERM and a lost terminal leave a draft that the next start offers"),
            (DRAFTS, "signals_keep_the_draft"),
        ],
    ),
    Row(
        4,
        "SIGTSTP and SIGCONT",
        &[
            (TERMINAL, "SIGTSTP gives a cooked terminal to the shell, and fg takes it again"),
            (TERMINAL, "a leader of its session does not stop itself"),
        ],
    ),
    Row(
        5,
        "SIGKILL",
        &[
            (TERMINAL, "SIGKILL, SIGTERM and a lost terminal leave a draft that the next start offers"),
            (DRAFTS, "a_draft_is_kept_within_two_seconds_of_typing_without_being_asked"),
            (DRAFTS, "the_next_start_offers_the_draft_and_opens_it"),
        ],
    ),
    Row(6, "screens of every size", &[("tests/it/keys/sizes.rs", "no_size_is_too_small_or_too_large_to_survive")]),
    Row(
        7,
        "a large paste, with or without bracketed paste",
        &[
            ("tests/it/keys/editing.rs", "a_large_paste_is_one_edit_and_fires_no_key"),
            (TERMINAL, "a paste is one edit that fires no key, with its marks, without them, and with broken ones"),
            (PASTE, "what_nobody_can_have_typed_is_a_paste_and_no_key_of_it_a_command"),
            (PASTE, "what_goes_on_after_the_end_of_a_paste_belongs_to_it"),
            (PASTE, "what_can_have_been_typed_is_keys"),
            (PASTE, "more_than_is_taken_is_not_kept"),
        ],
    ),
    Row(
        8,
        "no terminal, TERM=dumb, NO_COLOR, C locale",
        &[
            (TERMINAL, "without a terminal the reason is named"),
            ("src/io/terminal/capabilities.rs", "the_environment_decides_color_and_charset"),
            ("src/ui/ascii.rs", "the_marks_stay_distinct"),
            ("src/ui/theme.rs", "without_color_there_is_no_color"),
        ],
    ),
    Row(
        9,
        "a terminal that answers nothing; output blocked",
        &[
            (TERMINAL, "nothing is asked of the terminal"),
            (TERMINAL, "output that is not read holds nothing up, costs no memory, and ends with the state of the moment"),
            (TERMINAL, "stopped output holds nothing up either"),
        ],
    ),
    Row(
        10,
        "sequences in headers, bodies, claims and names",
        &[
            (HOSTILE, "known_attacks_reach_no_pane"),
            (HOSTILE, "no_text_reaches_a_pane_as_it_is"),
            (HOSTILE, "no_text_reaches_a_line_as_it_is"),
            (HOSTILE, "no_command_writes_what_steers_a_terminal"),
        ],
    ),
    Row(
        11,
        "what is invisible in a credential",
        &[
            ("src/ui/text/escape.rs", "what_hides_or_turns_around_is_shown"),
            ("tests/it/cli_compare.rs", "an_invisible_character_is_found_in_an_opaque_token"),
        ],
    ),
    Row(
        12,
        "wide, combining and right-to-left text",
        &[
            ("src/ui/text/escape.rs", "every_byte_is_shown_once_and_nothing_hidden_gets_through"),
            ("src/app/editor/mod.rs", "the_cursor_steps_over_whole_graphemes"),
        ],
    ),
    Row(
        13,
        "tokens and JSON that are too large, too deep, too costly",
        &[
            (OVERSIZED, "a_token_of_100_kb_can_be_edited"),
            (OVERSIZED, "ten_megabytes_of_dots_are_refused_by_name"),
            (OVERSIZED, "depth_is_refused_in_claims_and_survived_in_bodies_and_recordings"),
            (OVERSIZED, "work_that_a_token_asks_for_is_not_done"),
            ("src/domain/json.rs", "duplicates_stay_with_their_places"),
            ("src/domain/json.rs", "the_count_of_members_is_bounded"),
            ("tests/it/keys/editing.rs", "what_is_too_long_to_be_typed_in_is_refused_by_name"),
            (TABLE, "10 MB of dots"),
            (TABLE, "claims 100,000 deep"),
            (TABLE, "100,000 claims"),
            (TABLE, "a JWE that unpacks to gigabytes"),
            (TABLE, "a JWE that asks for 2^31 rounds"),
            (TABLE, "typing beside a token of 100 KB"),
            (TABLE, "typing in a token of 100 KB"),
        ],
    ),
    Row(
        14,
        "a host that looks like another",
        &[
            ("src/domain/lookalike.rs", "what_is_not_ascii_says_what_it_is_taken_for"),
            ("src/domain/lookalike.rs", "what_is_ascii_is_never_in_question"),
            ("src/domain/origin.rs", "what_takes_a_credential_along_is_known"),
            ("tests/it/keys/sending.rs", "credentials_go_to_a_host_that_looks_like_another_only_after_a_yes"),
            ("tests/it/keys/sending.rs", "a_host_that_looks_like_one_of_the_workspace_is_said_to"),
            ("tests/it/keys/sending.rs", "without_a_credential_no_host_is_in_question"),
        ],
    ),
    Row(
        15,
        "no display, over SSH, in tmux",
        &[
            (CLIPBOARD, "without_a_display_the_terminal_gets_the_text"),
            (CLIPBOARD, "a_display_that_is_not_there_neither_panics_nor_waits"),
            (CLIPBOARD, "tmux_gets_both_forms"),
            ("tests/it/keys/copying.rs", "without_a_desktop_the_terminal_is_asked_and_it_is_said_so"),
        ],
    ),
    Row(16, "more than the terminal takes", &[(CLIPBOARD, "what_is_too_long_is_not_cut_but_offered_as_a_file")]),
    Row(
        17,
        "disk full, short write, any step of a save fails",
        &[
            (STORE, "whichever_step_fails_the_file_is_old_or_new_and_nothing_lies_about"),
            (SYSTEM, "a full disk leaves the old file and says so"),
            (SYSTEM, "killed at any system call of a save, it leaves the old file or the new one"),
        ],
    ),
    Row(18, "a home that is read-only or missing", &[(DRAFTS, "where_nothing_can_be_kept_it_is_said_once_and_all_else_works")]),
    Row(
        19,
        "a file that another program changed",
        &[
            (STORE, "a_change_by_another_program_is_a_conflict_with_both_versions"),
            ("tests/it/keys/files.rs", "a_file_that_another_program_changed_is_not_written_over_silently"),
        ],
    ),
    Row(
        20,
        "umask 000; a link, pipe, folder or device as target",
        &[
            (STORE, "what_is_no_file_is_refused_by_name_and_never_waited_for"),
            (STORE, "a_new_file_is_the_users_alone"),
            (STORE, "a_symlink_stays_one_and_its_target_is_saved"),
            (STORE, "a_folder_for_secrets_is_the_users_alone"),
            (DRAFTS, "drafts_are_for_their_user_alone"),
        ],
    ),
    Row(
        21,
        "files that are too large, broken, or no UTF-8",
        &[
            (STORE, "the_limit_is_exact_and_named"),
            ("src/formats/detect.rs", "bytes_become_text_and_text_the_same_bytes"),
            ("src/formats/detect.rs", "bad_input_is_named_with_its_place"),
            ("src/formats/har.rs", "a_truncated_file_says_where"),
            (TERMINAL, "what takes long to read is shown and can be stopped"),
            (TERMINAL, "a large recording comes after the screen"),
            (OPENING, "what_is_read_is_shown_when_it_is_ready"),
            (OPENING, "esc_stops_it_at_once_and_what_comes_late_is_dropped"),
            (OPENING, "what_cannot_be_read_is_said_and_nothing_is_lost"),
        ],
    ),
    Row(
        22,
        "a file that names other files, commands, variables",
        &[
            (STORE, "outside_is_refused"),
            ("src/formats/curl/tests.rs", "what_the_shell_would_do_is_listed_and_not_done"),
            ("src/formats/variables/tests.rs", "the_process_environment_needs_a_yes"),
            ("src/formats/http_file/tests.rs", "scripts_and_odd_lines_are_kept_and_listed"),
        ],
    ),
    Row(
        23,
        "saving a file that another tool wrote",
        &[
            ("src/formats/http_file/properties.rs", "an_unchanged_request_writes_the_same_bytes"),
            ("src/formats/http_file/properties.rs", "a_changed_header_changes_nothing_else"),
            ("tests/it/keys/files.rs", "what_is_saved_is_read_again_and_nothing_else_is_touched"),
        ],
    ),
    Row(
        24,
        "a curl command run by a shell",
        &[
            ("tests/it/formats_curl.rs", "a_shell_passes_on_the_request_and_nothing_else"),
            ("tests/it/formats_curl.rs", "a_hostile_request_runs_nothing"),
        ],
    ),
    Row(
        25,
        "servers that are silent or slow",
        &[
            (NET, "a_silent_server_times_out_while_waiting"),
            (NET, "provisional_answers_for_ever_time_out_while_waiting"),
            (NET, "a_body_that_trickles_meets_the_limit_of_the_whole"),
            (NET, "a_black_hole_before_tls_is_named"),
            (NET, "dropping_the_send_closes_the_connection_at_once"),
            ("tests/it/keys/sending.rs", "esc_stops_a_sending_and_a_late_answer_is_dropped"),
            (SYSTEM, "a name server that swallows everything is named, and Esc stops at once"),
            (SYSTEM, "an address that swallows everything is named, and Esc stops at once"),
        ],
    ),
    Row(
        26,
        "endless and packed bodies",
        &[
            (NET, "an_endless_body_stops_at_the_cap"),
            (NET, "a_bomb_is_counted_unpacked"),
            (TABLE, "a body without an end"),
            (TABLE, "gzip that unpacks to 1 GB"),
        ],
    ),
    Row(
        27,
        "answers that are no HTTP",
        &[
            (NET, "what_is_not_http_is_said_to_be_none"),
            (NET, "a_bad_chunk_is_named_and_the_good_ones_kept"),
            (NET, "an_early_end_keeps_what_came"),
            (NET, "a_body_with_two_lengths_is_read_by_its_chunks_and_said_to_be_ambiguous"),
            (TABLE, "an answer with 10,000 headers"),
            (TABLE, "a header of 1 MB"),
        ],
    ),
    Row(
        28,
        "redirects",
        &[
            (REDIRECTS, "a_circle_ends_and_shows_its_hops"),
            (REDIRECTS, "to_another_port_no_credential_goes"),
            (REDIRECTS, "what_was_withheld_once_does_not_come_back_on_the_way_home"),
            (REDIRECTS, "userinfo_in_a_location_is_not_used"),
            (REDIRECTS, "other_schemes_are_refused_with_the_answer_kept"),
            ("src/domain/origin.rs", "only_headers_of_the_list_cross_and_without_a_secret"),
            ("src/domain/origin.rs", "a_referer_loses_path_and_query"),
        ],
    ),
    Row(
        29,
        "TLS",
        &[
            (TLS, "each_fault_has_its_own_name"),
            (TLS, "a_client_certificate_that_is_wanted_is_named"),
            (TLS, "sending_anyway_works_and_says_what_was_wrong"),
        ],
    ),
    Row(
        30,
        "challenges of every shape",
        &[("src/domain/challenge.rs", "hostile_values_end"), ("src/domain/challenge.rs", "missing_commas_are_named_and_read_all_the_same")],
    ),
    Row(
        31,
        "a proxy",
        &[
            (PLAIN, "a_proxy_is_used_shown_and_told_apart"),
            ("src/io/http/proxy.rs", "under_cgi_the_header_of_a_visitor_is_no_proxy"),
            (SYSTEM, "through a real proxy each gets its own credential, and its 407 is its own"),
        ],
    ),
    Row(32, "CR, LF, NUL in any field", &[(PLAIN, "what_http_cannot_carry_never_connects")]),
    Row(
        33,
        "an answer after the request changed",
        &[
            ("tests/it/keys/sending.rs", "an_answer_to_the_request_before_an_edit_says_so"),
            ("tests/it/keys/sending.rs", "esc_stops_a_sending_and_a_late_answer_is_dropped"),
        ],
    ),
    Row(34, "addresses inside a token", &[(OVERSIZED, "an_address_in_a_token_is_never_visited_unasked")]),
    Row(
        35,
        "canary secrets in every field",
        &[
            (CANARY, "check_tells_no_secret_until_it_is_asked_to"),
            (CANARY, "broken_input_is_named_without_its_secrets"),
            (CANARY, "token_and_compare_keep_signatures_and_credentials_to_themselves"),
            (CANARY, "the_screen_covers_every_secret_until_it_is_asked_to_show_them"),
            (CANARY, "drafts_leave_secrets_out"),
            (TERMINAL, "a masked secret is neither on the terminal nor in the arguments, up to the last byte"),
        ],
    ),
    Row(36, "no network at all", &[(SYSTEM, "without an interface everything but sending works, and nothing connects")]),
    Row(
        37,
        "core dumps and history",
        &[
            (TERMINAL, "no core is dumped"),
            (SYSTEM, "neither the app nor a check dumps core"),
            ("tests/zeroed.rs", "what_is_dropped_is_nowhere_in_memory"),
            (SYSTEM, "of a request whose deletion can no longer be undone nothing is left in memory"),
            ("tests/it/cli_token.rs", "a_token_in_an_argument_gets_one_warning"),
        ],
    ),
    Row(
        38,
        "reports and exports",
        &[
            (CANARY, "copies_leave_secrets_out_and_put_them_in_when_they_are_shown"),
            ("tests/it/keys/copying.rs", "secrets_are_left_out_unless_asked_for"),
            ("src/formats/mask.rs", "no_credential_is_left_and_the_shape_is"),
        ],
    ),
    Row(
        39,
        "dependencies",
        &[
            ("tests/it/dependencies.rs", "one_tls_stack_and_one_crypto_provider_are_allowed"),
            ("tests/it/dependencies.rs", "the_gate_asks_what_the_rules_say"),
        ],
    ),
    Row(
        40,
        "a request that the format cannot hold, then any commands",
        &[
            ("tests/it/keys/saving.rs", "the_file_holds_the_requests_of_the_list"),
            ("src/formats/http_file/tests.rs", "a_request_that_cannot_be_held_is_left_out_or_left_as_it_was"),
            ("tests/it/keys/files.rs", "a_new_request_takes_no_saved_one_s_place"),
            ("tests/it/keys/files.rs", "what_cannot_be_saved_is_said_at_once_and_asked_about_on_leaving"),
            ("tests/it/keys/files.rs", "a_copy_of_an_edited_request_is_saved_with_the_edit"),
            ("tests/it/keys/files.rs", "a_file_whose_only_request_was_deleted_can_be_saved"),
        ],
    ),
    Row(
        41,
        "credentials and redirects to another origin",
        &[
            (REDIRECTS, "no_credential_in_a_header_arrives_and_each_that_stayed_is_named"),
            (REDIRECTS, "no_body_is_sent_again_to_another_origin"),
            ("tests/it/secrecy/properties.rs", "whatever_the_mask_covers_never_arrives_at_another_origin"),
        ],
    ),
    Row(
        42,
        "a proxy setting that cannot be used",
        &[
            (PROXIES, "no_variable_that_cannot_be_used_is_passed_by"),
            (PROXIES, "a_variable_of_https_stops_what_goes_over_https_alone"),
            (PROXIES, "an_exception_reaches_its_host_also_where_the_proxy_cannot_be_used"),
            (PROXIES, "a_redirect_to_an_address_whose_proxy_cannot_be_used_is_not_followed"),
            (PROXIES, "no_flag_of_curl_that_cannot_be_used_is_passed_by"),
        ],
    ),
    Row(
        43,
        "secrets by every name and place, and words that are none",
        &[
            ("tests/it/secrecy/names.rs", "every_name_of_a_secret_is_covered_in_every_place"),
            ("tests/it/secrecy/names.rs", "a_name_that_may_be_one_is_covered_by_the_looks_of_its_value"),
            ("tests/it/secrecy/places.rs", "every_odd_place_is_covered"),
            ("tests/it/secrecy/answers.rs", "what_an_answer_gives_out_is_covered"),
            ("tests/it/secrecy/answers.rs", "what_an_answer_repeats_is_covered_in_every_writing"),
            ("tests/it/secrecy/answers.rs", "a_long_answer_is_covered_to_its_end_and_before_it_was_looked_through"),
            ("tests/it/secrecy/answers.rs", "messages_that_quote_an_input_leave_its_secrets_out"),
            ("tests/it/secrecy/readable.rs", "what_one_has_to_read_is_readable"),
            ("tests/it/secrecy/readable.rs", "words_and_messages_are_readable"),
        ],
    ),
    Row(44, "what steers a terminal, in all output", &[(HOSTILE, "no_command_writes_what_steers_a_terminal")]),
    Row(
        45,
        "inputs built to be slow or large",
        &[
            (GROWTH, "a_check_takes_its_share_of_time"),
            (GROWTH, "a_key_takes_its_share_of_time"),
            (GROWTH, "memory_grows_no_faster_than_the_input"),
            (GROWTH, "the_memory_of_a_recording_is_bounded_by_its_size"),
            (GROWTH, "requests_that_name_one_file_share_it"),
            ("tests/it/secrecy/properties.rs", "time_grows_with_the_length_of_the_text_alone"),
        ],
    ),
    Row(46, "1xx answers without end", &[("tests/it/keys/sending.rs", "a_server_that_never_ends_holds_up_no_key")]),
    Row(
        47,
        "saving on the way out, and under another name",
        &[
            ("tests/it/keys/files.rs", "a_save_under_another_name_that_fails_leaves_the_file_where_it_was"),
            ("tests/it/keys/files.rs", "a_name_that_is_taken_is_asked_about_and_a_folder_is_no_name"),
            ("tests/it/keys/files.rs", "who_stops_on_the_way_out_stays_until_he_asks_again"),
            ("tests/it/keys/files.rs", "several_files_are_saved_on_the_way_out_or_the_one_that_was_not_is_named"),
        ],
    ),
    Row(
        48,
        "a full disk under standard output",
        &[(OUTPUT, "a_full_disk_is_said_and_is_no_verdict"), (OUTPUT, "a_pipe_that_nobody_reads_changes_no_verdict")],
    ),
    Row(49, "group, owner and attributes", &[("tests/it/store.rs", "group_owner_mode_and_attributes_are_kept_or_said")]),
    Row(
        50,
        "other signals",
        &[(
            TERMINAL,
            "any other signal that ends a process gives the terminal back, keeps the draft, and ends it as if it were not caught",
        )],
    ),
    Row(51, "a certificate that is let pass, and a redirect", &[(TLS, "sending_anyway_is_for_the_host_that_was_shown_alone")]),
    Row(
        52,
        "a body file that cannot be read",
        &[("tests/it/keys/body_files.rs", "a_body_file_that_cannot_be_read_is_not_sent_and_says_why")],
    ),
    Row(53, "tokens from a real authorization server", &[(SYSTEM, "tokens come from a real authorization server, by every grant")]),
    Row(
        54,
        "a browser that comes back with another login's answer",
        &[(RENEWING, "a_browser_with_another_state_is_not_believed"), ("src/domain/oauth/code.rs", "only_the_answer_to_this_login_counts")],
    ),
    Row(
        55,
        "an issuer that lies, or is not encrypted",
        &[
            (ISSUERS, "an_issuer_that_calls_itself_otherwise_is_not_believed"),
            (ISSUERS, "an_issuer_over_http_is_not_asked"),
            (ISSUERS, "a_key_set_of_ten_thousand_keys_is_taken"),
        ],
    ),
    Row(
        56,
        "a token endpoint that answers a page, redirects, says nothing, or gives the token out again",
        &[
            (RENEWING, "what_is_no_token_endpoint_is_told_as_what_it_is"),
            (RENEWING, "a_silent_server_is_left_by_esc"),
            ("src/domain/oauth/answer.rs", "what_is_no_token_is_told_as_what_it_is"),
        ],
    ),
    Row(
        57,
        "a device code that expires, and Esc while it is waited for",
        &[(RENEWING, "a_device_code_that_expires_ends_the_waiting_and_esc_ends_it_before")],
    ),
    Row(58, "a refresh token that another window has used", &[(RENEWING, "a_refresh_token_that_is_refused_leaves_the_configured_grant")]),
    Row(59, "a token that is refused like the one before", &[(RENEWING, "a_second_refusal_is_not_renewed_again_and_says_what_it_proves")]),
    Row(
        60,
        "tokens, drafts and another server of the same name",
        &[
            (RENEWING, "no_token_is_written_into_a_draft"),
            (RENEWING, "a_token_is_of_no_use_to_another_server_whose_configuration_has_the_same_name"),
            (RENEWING, "what_the_server_repeats_of_secrets_is_masked"),
            (TRIALS, "a_variable_of_another_request_is_written_as_a_variable_and_its_value_shown_nowhere"),
        ],
    ),
    Row(
        61,
        "variants that change something, go elsewhere, or are too many",
        &[
            (TRIALS, "what_may_change_something_is_sent_after_a_word_alone"),
            (TRIALS, "another_request_of_the_server_lends_its_credential_and_no_other_does"),
            (TRIALS, "it_stops_when_the_server_asks_to_slow_down_and_when_it_is_told_to"),
        ],
    ),
    Row(62, "a cookie of another host", &[("tests/it/keys/cookies.rs", "a_cookie_goes_to_no_other_host")]),
    Row(
        63,
        "a server's configuration that costs a request its credential",
        &[(SYSTEM, "real servers with a faulty configuration refuse, and with the mended one do not")],
    ),
    Row(
        64,
        "requests that are taken for others behind a proxy",
        &[
            (SYSTEM, "behind real servers the mirror names what each of them changes"),
            (MIRROR, "each_request_is_compared_with_itself_as_it_was_sent"),
            (MIRROR, "a_cookie_of_a_balancer_hides_no_other_cause"),
        ],
    ),
    Row(
        65,
        "slow, broken and hostile peers of a mirror",
        &[
            (MIRROR, "broken_slow_and_greedy_peers_do_not_stop_it"),
            (MIRROR, "what_has_begun_ends_and_what_is_cut_is_told"),
            (MIRROR, "an_application_that_is_not_there_is_told_as_such"),
            (SYSTEM, "the memory of a mirror stays the same while requests pass"),
        ],
    ),
    Row(
        66,
        "a keyring that is missing, locked, silent, broken or hostile",
        &[
            (KEYRING, "what_the_keyring_does_not_have_is_said_and_nothing_is_sent"),
            (KEYRING, "a_question_of_the_keyring_holds_nothing_up_and_esc_stops_waiting"),
            (KEYRING, "what_is_broken_in_the_keyring_is_said_in_a_line"),
            ("tests/it/cli_keyring.rs", "without_a_session_nothing_is_sent_and_it_is_said_why"),
            ("src/formats/kept_tokens.rs", "what_is_broken_or_hostile_is_said_without_its_words"),
            (SYSTEM, "a real keyring fills requests and keeps tokens, and one that is locked or gone sends nothing"),
        ],
    ),
];

#[test]
fn every_row_has_a_test() {
    for (index, Row(number, what, tests)) in ROWS.iter().enumerate() {
        assert_eq!(usize::from(*number), index + 1, "{what}");
        assert!(!tests.is_empty(), "row {number}, {what}, has no test");
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for Row(number, what, tests) in ROWS {
        for (file, name) in *tests {
            let names = known.entry(file).or_insert_with(|| tests_of(file));
            assert!(names.contains(*name), "row {number}, {what}: {file} has no test {name}");
        }
    }
}

/// The names of the tests in a file: of functions, and of the rows that a test without a harness lists, in Rust or in Python.
fn tests_of(file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of tests");
    let mut names = BTreeSet::new();
    let (mut is_test, mut in_rows) = (false, false);
    for line in text.lines().map(str::trim) {
        let is_list = line.starts_with("const ROWS") || (line.ends_with(" = [") && line.starts_with(|c: char| c.is_ascii_uppercase()));
        in_rows = (in_rows || is_list) && !matches!(line, "];" | "]");
        names.extend(line.split('"').nth(1).filter(|_| in_rows).map(String::from));
        if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
            names.extend(rest.split(['(', '<']).next().map(String::from));
            is_test = false;
        }
        // Attributes and comments may stand between the mark and the function.
        is_test |= line == "#[test]";
    }
    names
}
