-- Lets these persons not tell that they are away while visits of theirs are reported ({held}); all lock them in this order.
SELECT count({held})
FROM (SELECT DISTINCT named::uuid AS citizen_id FROM json_array_elements_text(%(persons)s::json) AS named ORDER BY citizen_id) AS each
