-- The nights of persons, what they say of first names, the addresses of their own that they have proved lately enough, and
-- their browsers.
SELECT asked.id, coalesce(f.lends, false) AS lends, coalesce(f.wants, false) AS wants,
    q.receiver_id IS NOT NULL AS has_chosen, q.starts, q.ends, s.address_sealed AS sms,
    e.address_sealed AS email, b.browsers, b.browser_keys, b.browsers_sealed, b.browsers_made
FROM unnest(%(ids)s::uuid[]) AS asked(id)
    LEFT JOIN quiet_hours q ON q.receiver_id = asked.id
    LEFT JOIN first_names f ON f.citizen_id = asked.id
    LEFT JOIN own_contact s ON s.citizen_id = asked.id AND s.channel = 'sms' AND s.verified_at > %(fresh_since)s
    LEFT JOIN own_contact e ON e.citizen_id = asked.id AND e.channel = 'email' AND e.verified_at > %(fresh_since)s
    LEFT JOIN LATERAL (
        SELECT array_agg(id ORDER BY made_at DESC, id) AS browsers,
            array_agg(address_key ORDER BY made_at DESC, id) AS browser_keys,
            array_agg(browser_sealed ORDER BY made_at DESC, id) AS browsers_sealed,
            array_agg(made_at ORDER BY made_at DESC, id) AS browsers_made
        FROM notified_browser WHERE citizen_id = asked.id) b ON true
