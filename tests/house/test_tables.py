"""Every table is protected, or stands on a short list with its reason."""

import re

import psycopg

OPEN_TABLES = {
    "access_epoch": "a number for each restore; nothing of a person",
    "access_sealed_batch": "hashes and counts only; append-only by trigger",
    "closing_day": "public: the municipality's closing days",
    "cover": "public: which unit answers for which",
    "demo_clock": "how far the demo's clock is moved; empty in production",
    "district": "public: the organisation",
    "django_migrations": "which migrations are done",
    "heartbeat": "worker names and times",
    "job_run": "job names and times",
    "journal_hook": "where a municipality's journal wants to be told; the secret is sealed",
    "login_attempt": "a keyed value of an address and a time",
    "login_under_way": "found by a digest of a random cookie alone; content sealed",
    "machine_client": "a municipality's journal system, its public keys; the hook's secret is sealed",
    "machine_token": "found by a digest alone",
    "municipality": "public: the organisation",
    "notice_settings": "a municipality's settings; nothing of a person",
    "organisation_edition": "public: which edition of the organisation stands",
    "outbox": "ids and times; read by the worker before it knows whose they are",
    "reached_address": "keyed values of addresses, which cannot be read back",
    "service": "public: the organisation",
    "session": "found by a digest of a random cookie alone; token sealed",
    "terms_version": "public: the terms of use",
    "unit": "public: the organisation",
    "used_assertion": "random identifiers of used assertions",
}

LOOKUPS = {
    "hk_about_away_period",
    "hk_about_calendar_feed",
    "hk_about_cancellation",
    "hk_about_change_wish",
    "hk_about_citizen",
    "hk_about_fullmakt",
    "hk_about_letter",
    "hk_about_letter_receiver",
    "hk_about_thread",
    "hk_about_visit",
    "hk_active_citizen",
    "hk_active_citizens",
    "hk_away_periods_that_cover",
    "hk_active_proxies_of",
    "hk_cancellation_outcomes",
    "hk_calendar_at_the_door",
    "hk_calls_to_make",
    "hk_codes_to_address",
    "hk_changed_visits",
    "hk_client_is_in_use",
    "hk_citizen_pulse",
    "hk_citizen_at_the_door",
    "hk_employee_at_the_door",
    "hk_end_calendars_of_fullmakt",
    "hk_end_calendars_of_person",
    "hk_end_calendars_of_reader",
    "hk_end_calendars_of_service",
    "hk_employees_by_lookup",
    "hk_has_decision",
    "hk_hidden_names",
    "hk_names_not_told",
    "hk_how_far",
    "hk_is_active",
    "hk_is_kept_from",
    "hk_listed_lately",
    "hk_listed_today",
    "hk_performed_visits",
    "hk_messages_sent_between",
    "hk_municipalities_with_silent_journals",
    "hk_municipalities_with_begun_wishes",
    "hk_municipalities_with_something_due",
    "hk_person_by_lookup",
    "hk_search_threads",
    "hk_name_of_proxy",  # past the policies, for the journal of a municipality that helps the giver, while it holds
    "hk_named_proxies_of",
    "hk_not_listed_lately",
    "hk_not_performed_visits",
    "hk_readers_of_messages",
    "hk_reach_of_messages",
    "hk_silent_visits",
    "hk_silent_visits_in",
    "hk_standings_of",
    "hk_thread_pulse",
    "hk_thread_pulse_at_work",
    "hk_unit_pulse",
    "hk_units_of_employee",
    "hk_unreconciled",
    "hk_waiting_at_work",
    "hk_where_it_belongs",
    "hk_waiting_in_the_menu",
    "hk_why_not_begin",
    "hk_wish_outcomes",
}


def test_every_table_is_protected_or_named_with_its_reason(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
    ).fetchall()
    unprotected = {name for name, forced, policies in rows if not (forced and policies)}
    assert unprotected == set(OPEN_TABLES)


def test_no_policy_shows_every_row_to_a_person_a_unit_or_a_municipality(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "SELECT polrelid::regclass::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)"
        " FROM pg_policy WHERE polname = 'by_scope'"
    ).fetchall()
    assert len(rows) > 40
    wide = re.compile(r"WHEN '(person|unit|municipality)'::text THEN true\b")
    assert {table for table, *conditions in rows if any(wide.search(each or "") for each in conditions)} == set()


def test_no_protected_table_has_a_unique_index_across_municipalities(superuser: psycopg.Connection) -> None:
    allowed = {
        "a_citizen_stands_once": "a person is one in every municipality",
        "a_form_sends_one_letter": "by author, who is in one municipality",
        "a_form_sends_one_message": "by author, who is one in every municipality",
        "a_form_cancels_once": "by author, who is one in every municipality",
        "a_person_has_a_browser_told_once": "by person",
        "a_reader_has_one_mark_in_a_thread": "by thread, which has one municipality",
        "a_broadcast_reaches_a_citizen_once": "by broadcast, which has one municipality",
        "a_draft_has_a_file_once": "by draft, which has one author",
        "a_form_broadcasts_once": "by author, who is in one municipality",
        "a_form_notes_once": "by author, who is in one municipality",
        "an_author_has_one_draft_in_a_place": "by author, who is one in every municipality",
        "a_version_is_accepted_once": "by person",
        "a_duty_is_held_once": "by employee, who has one municipality",
        "one_decision_for_each_event_person_and_channel": "by event and person",
        "messages_of_a_thread_stand_in_order": "by thread, which has one municipality",
        "one_living_fullmakt_for_each_pair": "by persons",
        "one_own_address_for_each_channel": "by person",
        "one_open_cancellation_for_each_visit": "by visit, which has one municipality",
        "one_wish_for_each_kind": "by persons",
        "one_open_wish_for_each_visit": "by visit, which has one municipality",
        "a_reader_has_seen_a_citizens_visits_once": "by persons",
        "an_event_is_put_to_a_subscription_once": "by subscription, which has one municipality",
        "events_of_a_subscription_stand_in_order": "by subscription, which has one municipality",
        "an_address_is_one_feed": "a digest of a random address",
    }
    rows = superuser.execute(
        "SELECT i.relname, array_agg(a.attname::text) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey)"
        " WHERE x.indisunique AND NOT x.indisprimary AND t.relrowsecurity GROUP BY i.relname"
    ).fetchall()
    across = {name for name, columns in rows if "municipality_id" not in columns}
    assert across == set(allowed)


def test_the_functions_that_see_past_the_policies_are_the_named_ones(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "SELECT p.proname, pg_get_userbyid(p.proowner), array_to_string(p.proconfig, ' ') FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.prosecdef"
    ).fetchall()
    assert {name for name, _, _ in rows} == LOOKUPS
    assert {owner for _, owner, _ in rows} == {"hk_lookup"}
    assert all("search_path=" in configuration for _, _, configuration in rows)


def test_the_apps_role_can_bypass_nothing(superuser: psycopg.Connection) -> None:
    row = superuser.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) FROM pg_roles r WHERE rolname = 'hk_app'"
    ).fetchone()
    assert row == (False, False, False, False, 0)


def test_the_app_owns_no_table_and_may_not_truncate(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND (tableowner <> 'hk_owner' OR has_table_privilege('hk_app', 'public.' || quote_ident(tablename), 'TRUNCATE'))"
    ).fetchall()
    assert rows == []
