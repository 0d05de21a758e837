/* sql.c - the statements of the catalog, by name. */
#include "catalog/sql.h"

#define ACCESSION_COLUMNS \
	"number, urn, started, finished, user, what, taken, held, partial, " \
	"refused, failed, bytes, undone, quarantined"
#define SOURCE_COLUMNS \
	"path, size, mtime_ns, ctime_ns, inode, document, accession, given"
#define ENTITY_COLUMNS "id, urn, kind, version, state"
#define MEMBER_COLUMNS \
	"m.id, e.urn, m.login, m.login_key, m.name, m.pinyin, m.kind, " \
	"m.status, m.staff_number, m.language, m.email, m.phone, m.left_day, " \
	"e.version FROM members m JOIN entities e ON e.id = m.id "
/* Whether the span of a row has the day of a parameter. */
#define ON(row, day) \
	row ".from_day <= " day " AND " \
	"(" row ".until_day IS NULL OR " row ".until_day >= " day ") "
#define EVENT_COLUMNS "document, version, at, user, verb, detail"

/* Live documents by a key, most frequent first. */
#define TALLY(key, among) \
	"SELECT " key " AS key, count(*) AS n FROM documents d " \
	"WHERE state = 0 AND " among " " XJ_AND_SEEN("d") \
	" GROUP BY 1 ORDER BY n DESC, key"

#define AND_OWN_ACCESSION XJ_IF_SIGHTED( \
	"AND user = (SELECT login FROM temp.sight_of)")

/* Owners see theirs in quarantine too, keepers nothing else. */
#define FILL_SIGHT \
	"INSERT OR IGNORE INTO temp.sight SELECT a.number, " \
	"CASE a.kind WHEN 6 THEN 3 WHEN 8 THEN 2 ELSE 1 END, a.download " \
	"FROM temp.sight_of s CROSS JOIN temp.openers o CROSS JOIN atoms a " \
	"ON a.kind = o.kind AND a.who BETWEEN o.low AND o.high " \
	"WHERE a.from_day <= s.day " \
	"AND (a.until_day = '' OR a.until_day >= s.day)"

/* A top-level document and everything inside it. */
#define XJ_DOC_TREE "SELECT ?1 UNION ALL SELECT id FROM documents " \
	"WHERE root = ?1 AND parent IS NOT NULL"

const char *const xj_catalog_sql[XJ_SQL_COUNT] = {
	[XJ_SQL_FACT] = "SELECT value FROM facts WHERE name = ?1",
	[XJ_SQL_SET_FACT] = "INSERT OR REPLACE INTO facts VALUES (?1, ?2)",

	[XJ_SQL_ACCOUNTS] = "SELECT member, password, changed, link, "
		"link_until FROM accounts "
		"WHERE ?1 IS NULL OR member = ?1 OR link = ?1",
	[XJ_SQL_PUT_ACCOUNT] = "INSERT OR REPLACE INTO accounts "
		"VALUES (?1, ?2, ?3, ?4, ?5)",
	[XJ_SQL_TOKENS] = "SELECT number, member, name, digest, write, "
		"created, until_day FROM tokens "
		"WHERE ?1 IS NULL OR member = ?1 OR digest = ?1 "
		"ORDER BY number",
	[XJ_SQL_PUT_TOKEN] = "INSERT INTO tokens "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[XJ_SQL_DROP_TOKEN] = "DELETE FROM tokens WHERE number = ?1",

	[XJ_SQL_SAVED] = "SELECT owner, name, query, sort, created, looked, "
		"seen, before FROM saved_searches "
		"WHERE ?1 IS NULL OR owner = ?1 ORDER BY owner, name",
	[XJ_SQL_PUT_SAVED] = "INSERT OR REPLACE INTO saved_searches "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[XJ_SQL_DROP_SAVED] = "DELETE FROM saved_searches "
		"WHERE owner = ?1 AND name = ?2",

	[XJ_SQL_RESERVE] = "UPDATE counters "
		"SET next_document = next_document + ?1 "
		"RETURNING next_document - ?1",
	[XJ_SQL_UNRESERVE] = "UPDATE counters SET next_document = ?1 "
		"WHERE next_document = ?2 AND NOT EXISTS "
		"(SELECT 1 FROM documents WHERE id >= ?1)",
	[XJ_SQL_RESERVED_ABOVE] = "UPDATE counters "
		"SET next_document = ?1 + 1 WHERE next_document <= ?1",
	[XJ_SQL_INSERT_DOCUMENT] = "INSERT INTO documents "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
		"?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, "
		"?25, ?26, ?27, ?28, ?29, ?30, ?31)",
	[XJ_SQL_UPDATE_DOCUMENT] = "UPDATE documents SET urn = ?2, "
		"parent = ?3, root = ?4, state = ?5, rev = ?6, version = ?7, "
		"ordinal = ?8, owner = ?9, kind = ?10, type = ?11, "
		"format = ?12, outcome = ?13, reason = ?14, date = ?15, "
		"language = ?16, title = ?17, title_key = ?18, "
		"creators = ?19, name = ?20, name_raw = ?21, size = ?22, "
		"sha512 = ?23, importer = ?24, importer_version = ?25, "
		"cpu_ms = ?26, text_bytes = ?27, pages = ?28, "
		"accession = ?29, created = ?30, updated = ?31 WHERE id = ?1",
	[XJ_SQL_SET_VERSION] = "UPDATE documents SET version = ?3 "
		"WHERE root = ?1 AND version = ?2 AND (id = ?1 OR parent > 0)",
	[XJ_SQL_DOCUMENT_STATE] =
		"SELECT state, rev, version FROM documents WHERE id = ?1",
	[XJ_SQL_DOCUMENT] = "SELECT " XJ_DOC_COLUMNS " FROM documents d "
		"WHERE d.id = ?1 " XJ_AND_SEEN("d"),
	[XJ_SQL_DOCUMENT_BY_URN] = "SELECT " XJ_DOC_COLUMNS
		" FROM documents d WHERE d.urn = ?1 " XJ_AND_SEEN("d"),
	[XJ_SQL_DOCUMENT_BY_DIGEST] = "SELECT id FROM documents d "
		"WHERE substr(sha512, 1, 8) = substr(?1, 1, 8) "
		"AND sha512 = ?1 AND owner = ?2 AND parent IS NULL "
		"AND state <> 2 " XJ_AND_SEEN("d")
		" ORDER BY state, id LIMIT 1",
	[XJ_SQL_DOCUMENT_PARENT] =
		"SELECT parent, name FROM documents WHERE id = ?1",

	[XJ_SQL_CLEAR_META] =
		"DELETE FROM meta WHERE document = ?1 AND rank = ?2",
	[XJ_SQL_ADD_META] = "INSERT INTO meta "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[XJ_SQL_META] = "SELECT element, value, lang, source, rank FROM meta "
		"WHERE document = ?1 ORDER BY element, rank DESC, ordinal",

	[XJ_SQL_BEARING] = "SELECT m.document FROM meta m WHERE m.rank = 2 "
		"AND m.element = ?1 AND m.value = ?2 "
		XJ_IF_SIGHTED("AND EXISTS (SELECT 1 FROM documents s "
		"WHERE s.id = m.document AND " XJ_SEEN("s") ")"),

	[XJ_SQL_PUT_SOURCE] = "INSERT OR REPLACE INTO sources "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[XJ_SQL_DROP_SOURCES] = "DELETE FROM sources WHERE document = ?1",
	[XJ_SQL_DROP_SOURCE] = "DELETE FROM sources WHERE document = ?1 "
		"AND accession = ?2 AND given = ?3",
	[XJ_SQL_SOURCE] = "SELECT " SOURCE_COLUMNS
		" FROM sources WHERE path = ?1 " XJ_AND_SEEN_ID("document"),
	[XJ_SQL_SOURCES_BELOW] = "SELECT " SOURCE_COLUMNS
		" FROM sources WHERE path >= ?1 AND path < ?2 "
		XJ_AND_SEEN_ID("document") " ORDER BY path",
	[XJ_SQL_SOURCES_OF] = "SELECT " SOURCE_COLUMNS
		" FROM sources WHERE document = ?1 "
		"ORDER BY accession DESC, path",
	[XJ_SQL_SOURCES_IN] = "SELECT " SOURCE_COLUMNS
		" FROM sources WHERE accession = ?1 "
		XJ_AND_SEEN_ID("document") " ORDER BY path",
	[XJ_SQL_NEWEST_SOURCE] = "SELECT coalesce(given, path) FROM sources "
		"WHERE document = ?1 ORDER BY accession DESC, path LIMIT 1",

	[XJ_SQL_NEXT_ACCESSION] =
		"SELECT coalesce(max(number), 0) + 1 FROM accessions",
	[XJ_SQL_PUT_ACCESSION] = "INSERT INTO accessions "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
		"?13, ?14) ON CONFLICT (number) DO UPDATE SET urn = ?2, "
		"started = ?3, finished = ?4, user = ?5, what = ?6, "
		"taken = ?7, held = ?8, partial = ?9, refused = ?10, "
		"failed = ?11, bytes = ?12, undone = ?13, "
		"quarantined = ?14",
	[XJ_SQL_ACCESSION] = "SELECT " ACCESSION_COLUMNS
		" FROM accessions WHERE number = ?1 " AND_OWN_ACCESSION,
	[XJ_SQL_ACCESSIONS] = "SELECT " ACCESSION_COLUMNS
		" FROM accessions WHERE 1 " AND_OWN_ACCESSION
		" ORDER BY number DESC",
	[XJ_SQL_ADD_OUTCOME] = "INSERT INTO outcomes "
		"VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[XJ_SQL_OUTCOMES] = "SELECT path, outcome, reason, document, "
		"importer, bytes, cpu_ms FROM outcomes "
		"WHERE accession = ?1 " XJ_IF_SIGHTED("AND (document IS NULL "
		"OR EXISTS (SELECT 1 FROM documents s WHERE s.id = document "
		"AND " XJ_SEEN("s") "))") " ORDER BY line",
	[XJ_SQL_OUTCOMES_OF] = "SELECT DISTINCT accession, "
		"json_extract(path, '$[0]') FROM outcomes "
		"WHERE document IN (" XJ_DOC_TREE ") ORDER BY accession",
	[XJ_SQL_REDACT] = "UPDATE outcomes SET path = ?2, reason = NULL "
		"WHERE document IN (" XJ_DOC_TREE ")",
	[XJ_SQL_ADD_EVENT] = "INSERT INTO events "
		"VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6)",
	[XJ_SQL_FORGET] =
		"UPDATE events SET detail = NULL WHERE document = ?1",
	[XJ_SQL_EVENTS] = "SELECT " EVENT_COLUMNS
		" FROM events WHERE (document IS NULL OR document NOT IN "
		"(SELECT id FROM documents WHERE state = 3)) "
		XJ_AND_SEEN_ID("document") " ORDER BY at DESC, number DESC LIMIT ?1",
	[XJ_SQL_EVENTS_OF] = "SELECT " EVENT_COLUMNS
		" FROM events WHERE document = ?2 ORDER BY at, number LIMIT ?1",

	[XJ_SQL_ADD_BATCH] = "INSERT OR IGNORE INTO batches VALUES (?1)",
	[XJ_SQL_DROP_BATCH] = "DELETE FROM batches WHERE name = ?1",
	[XJ_SQL_BATCHES] = "SELECT name FROM batches ORDER BY name",

	[XJ_SQL_QUEUE] = "SELECT document, rev FROM queue "
		"WHERE document > ?1 ORDER BY document LIMIT ?2",
	[XJ_SQL_QUEUE_SIZE] = "SELECT count(*) FROM queue WHERE 1 "
		XJ_AND_SEEN_ID("document"),
	[XJ_SQL_ENQUEUE] = "INSERT OR REPLACE INTO queue VALUES (?1, ?2)",
	[XJ_SQL_DEQUEUE] = "DELETE FROM queue WHERE document = ?1",
	[XJ_SQL_DEQUEUE_REV] =
		"DELETE FROM queue WHERE document = ?1 AND rev = ?2",
	[XJ_SQL_ENQUEUE_LIVE] = "INSERT OR REPLACE INTO queue "
		"SELECT id, rev FROM documents WHERE state = 0",
	[XJ_SQL_RAISE_REV] =
		"UPDATE documents SET rev = rev + 1 WHERE id = ?1",

	[XJ_SQL_ENTRY] = "SELECT rev, birth FROM entries WHERE document = ?1",
	[XJ_SQL_ADD_ENTRY] = "INSERT INTO entries VALUES (?1, ?2, ?3)",
	[XJ_SQL_DROP_ENTRY] = "DELETE FROM entries WHERE document = ?1",
	[XJ_SQL_ADD_DEAD] = "INSERT OR IGNORE INTO dead VALUES (?1, ?2, ?3)",
	[XJ_SQL_COUNT_DEAD] = "UPDATE segments SET dead = dead + 1 WHERE "
		"number = (SELECT segment FROM births WHERE number = ?1)",
	[XJ_SQL_DEAD] =
		"SELECT DISTINCT document, rev FROM dead ORDER BY 1, 2",
	[XJ_SQL_ADD_SEGMENT] = "INSERT INTO segments "
		"VALUES (NULL, ?1, ?2, ?3, ?4) RETURNING number",
	[XJ_SQL_ADD_BIRTH] =
		"INSERT INTO births VALUES (NULL, ?1) RETURNING number",
	[XJ_SQL_SEGMENT_NUMBER] =
		"SELECT number FROM segments WHERE name = ?1",
	[XJ_SQL_SEGMENTS] = "SELECT name, documents, dead, text "
		"FROM segments ORDER BY number",
	[XJ_SQL_SEGMENTS_OF] = "SELECT DISTINCT s.name FROM dead d "
		"JOIN births b ON b.number = d.birth "
		"JOIN segments s ON s.number = b.segment "
		"WHERE d.document IN (" XJ_DOC_TREE ")",
	[XJ_SQL_SEGMENT_ADD] = "UPDATE segments AS s "
		"SET documents = s.documents + f.documents, "
		"dead = s.dead + f.dead, text = s.text + f.text "
		"FROM segments AS f WHERE s.number = ?1 AND f.number = ?2",
	[XJ_SQL_MOVE_BIRTHS] =
		"UPDATE births SET segment = ?1 WHERE segment = ?2",
	[XJ_SQL_DROP_BIRTHS] = "DELETE FROM births WHERE segment = ?1",
	[XJ_SQL_DROP_SEGMENT] = "DELETE FROM segments WHERE number = ?1",
	[XJ_SQL_ENQUEUE_SEGMENT] = "INSERT OR REPLACE INTO queue "
		"SELECT document, rev FROM entries WHERE birth IN "
		"(SELECT number FROM births WHERE segment = ?1)",
	[XJ_SQL_DROP_SEGMENT_ENTRIES] = "DELETE FROM entries WHERE birth IN "
		"(SELECT number FROM births WHERE segment = ?1)",
	[XJ_SQL_DROP_SEGMENT_DEAD] = "DELETE FROM dead WHERE birth IN "
		"(SELECT number FROM births WHERE segment = ?1)",
	[XJ_SQL_SERIAL] = "SELECT index_serial FROM counters",
	[XJ_SQL_RAISE_SERIAL] =
		"UPDATE counters SET index_serial = index_serial + 1",

	[XJ_SQL_CLEAR_OCR] = "DELETE FROM ocr WHERE document = ?1",
	[XJ_SQL_PUT_OCR] =
		"INSERT OR REPLACE INTO ocr VALUES (?1, ?2, ?3, ?4)",
	[XJ_SQL_RETRY_OCR] = "UPDATE ocr SET state = 0, note = NULL "
		"WHERE state = 3 AND (?1 = 0 OR document = ?1)",
	[XJ_SQL_NEXT_OCR] = "SELECT o.document, o.page FROM ocr o "
		"JOIN documents d ON d.id = o.document AND d.state = 0 "
		XJ_AND_SEEN("d") " "
		"WHERE o.state = 0 AND (o.document, o.page) > (?2, ?3) "
		"AND (?1 = 0 OR o.document = ?1) "
		"ORDER BY o.document, o.page LIMIT 1",
	[XJ_SQL_OCR] = "SELECT o.document, o.page, o.state, o.note FROM ocr o "
		"JOIN documents d ON d.id = o.document AND d.state = 0 "
		XJ_AND_SEEN("d") " "
		"WHERE ?1 = 0 OR o.document = ?1 "
		"ORDER BY o.document, o.page",
	[XJ_SQL_COUNT_OCR] = "SELECT o.state, count(*) FROM ocr o "
		"JOIN documents d ON d.id = o.document AND d.state = 0 "
		XJ_AND_SEEN("d") " "
		"WHERE ?1 = 0 OR o.document = ?1 GROUP BY o.state",
	[XJ_SQL_WAITING_OCR] = "SELECT count(*) FROM ocr o "
		"JOIN documents d ON d.id = o.document AND d.state = 0 "
		XJ_AND_SEEN("d") " "
		"WHERE o.state = 0 AND (?1 = 0 OR o.document = ?1)",
	[XJ_SQL_OCR_TITLE] = "SELECT note FROM ocr WHERE document = ?1 "
		"AND state = 1 AND note IS NOT NULL ORDER BY page LIMIT 1",

	[XJ_SQL_PUT_ENTITY] = "INSERT INTO entities "
		"VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE "
		"SET version = ?4, state = ?5 WHERE urn = ?2 AND kind = ?3 "
		"RETURNING id",
	[XJ_SQL_ENTITY] =
		"SELECT " ENTITY_COLUMNS " FROM entities WHERE id = ?1",
	[XJ_SQL_ENTITY_BY_URN] =
		"SELECT " ENTITY_COLUMNS " FROM entities WHERE urn = ?1",
	[XJ_SQL_ENTITIES] = "SELECT " ENTITY_COLUMNS " FROM entities "
		"WHERE version > 0 AND (?1 IS NULL OR kind = ?1) ORDER BY id",
	[XJ_SQL_PUT_UNIT] = "INSERT INTO units "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
		"ON CONFLICT (id) DO UPDATE SET code = ?2, axis = ?3, "
		"kind = ?4, name = ?5, name_en = ?6, opened = ?7, "
		"closed = ?8, successor = ?9, institution = ?10",
	[XJ_SQL_UNITS] = "SELECT u.id, e.urn, u.code, u.axis, u.kind, "
		"u.name, u.name_en, u.opened, u.closed, u.successor, "
		"u.institution, e.version, p.unit, p.parent FROM units u "
		"JOIN entities e ON e.id = u.id "
		"LEFT JOIN unit_places p ON p.unit = u.id AND " ON("p", "?1")
		"ORDER BY u.axis DESC, u.code",
	[XJ_SQL_UNIT_ID] = "SELECT id FROM units WHERE code = ?1",
	[XJ_SQL_CLEAR_PLACES] = "DELETE FROM unit_places WHERE unit = ?1",
	[XJ_SQL_PUT_PLACE] =
		"INSERT INTO unit_places VALUES (?1, ?2, ?3, ?4)",
	[XJ_SQL_PLACES] = "SELECT 0, unit, parent, 0, NULL, from_day, "
		"until_day FROM unit_places WHERE unit = ?1 ORDER BY from_day",
	[XJ_SQL_PLACES_BEYOND] = "SELECT 0, unit, parent, 0, NULL, from_day, "
		"until_day FROM unit_places WHERE parent = ?1 "
		"AND (until_day IS NULL OR until_day > ?2) "
		"ORDER BY unit, from_day",
	[XJ_SQL_NEXT_MOVE] = "SELECT min(from_day) FROM unit_places "
		"WHERE from_day > ?1",
	[XJ_SQL_PUT_MEMBER] = "INSERT INTO members "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
		"ON CONFLICT (id) DO UPDATE SET login = ?2, login_key = ?3, "
		"name = ?4, pinyin = ?5, kind = ?6, status = ?7, "
		"staff_number = ?8, language = ?9, email = ?10, phone = ?11, "
		"left_day = ?12",
	[XJ_SQL_MEMBERS] = "SELECT " MEMBER_COLUMNS
		"ORDER BY m.pinyin, m.name, m.login",
	[XJ_SQL_MEMBER] = "SELECT " MEMBER_COLUMNS "WHERE m.id = ?1",
	[XJ_SQL_FIND_MEMBER] = "SELECT " MEMBER_COLUMNS
		"WHERE m.login_key = ?1 OR m.name = ?2 OR m.staff_number = ?2 "
		"ORDER BY m.login_key = ?1 DESC, m.login",
	[XJ_SQL_CLEAR_MEMBERSHIPS] =
		"DELETE FROM memberships WHERE member = ?1",
	[XJ_SQL_PUT_MEMBERSHIP] =
		"INSERT INTO memberships VALUES (?1, ?2, ?3, ?4, ?5)",
	[XJ_SQL_MEMBERSHIPS] = "SELECT member, unit, 0, is_primary, NULL, "
		"from_day, until_day FROM memberships "
		"ORDER BY member, from_day, unit",
	[XJ_SQL_MEMBERSHIPS_OF] = "SELECT member, unit, 0, is_primary, NULL, "
		"from_day, until_day FROM memberships WHERE member = ?1 "
		"ORDER BY from_day, unit",
	[XJ_SQL_MEMBERSHIPS_BEYOND] = "SELECT member, unit, 0, is_primary, "
		"NULL, from_day, until_day FROM memberships WHERE unit = ?1 "
		"AND (until_day IS NULL OR until_day > ?2) "
		"ORDER BY member, from_day",
	[XJ_SQL_CLEAR_ROLES] = "DELETE FROM roles WHERE member = ?1",
	[XJ_SQL_PUT_ROLE] = "INSERT INTO roles VALUES (?1, ?2, ?3, ?4, ?5)",
	[XJ_SQL_ROLES] = "SELECT member, unit, 0, 0, role, from_day, "
		"until_day FROM roles WHERE ?1 = 0 OR member = ?1 "
		"ORDER BY member, from_day, role",
	[XJ_SQL_REACH_UP] = "WITH RECURSIVE up(unit, depth) AS ("
		"SELECT m.unit, 0 FROM memberships m WHERE m.member = ?1 "
		"AND " ON("m", "?2")
		"UNION SELECT p.parent, up.depth + 1 FROM up "
		"JOIN unit_places p ON p.unit = up.unit AND " ON("p", "?2")
		"WHERE p.parent IS NOT NULL AND up.depth < 64) "
		"SELECT unit, min(depth), NULL FROM up GROUP BY unit "
		"ORDER BY unit",
	/* A role at a unit that is not there today is none. */
	[XJ_SQL_REACH_DOWN] = "WITH RECURSIVE down(unit, role, depth) AS ("
		"SELECT r.unit, r.role, 0 FROM roles r WHERE r.member = ?1 "
		"AND " ON("r", "?2") "AND (r.unit IS NULL OR EXISTS "
		"(SELECT 1 FROM unit_places p WHERE p.unit = r.unit AND "
		ON("p", "?2") "))"
		"UNION SELECT p.unit, down.role, down.depth + 1 FROM down "
		"JOIN unit_places p ON p.parent = down.unit AND "
		ON("p", "?2") "WHERE down.depth < 64) "
		"SELECT unit, min(depth), role FROM down GROUP BY unit, role "
		"ORDER BY unit",
	[XJ_SQL_SET_RIGHTS] = "INSERT OR REPLACE INTO rights VALUES (?1, ?2)",
	[XJ_SQL_DROP_RIGHTS] = "DELETE FROM rights WHERE document = ?1",
	[XJ_SQL_RIGHTS] = "SELECT rights FROM rights WHERE document = ?1",
	[XJ_SQL_HAS_RIGHTS] = "SELECT EXISTS (SELECT 1 FROM rights)",
	[XJ_SQL_ADD_ATOM] = "INSERT OR IGNORE INTO atoms "
		"VALUES (NULL, ?1, ?2, ?3, ?4, ?5)",
	[XJ_SQL_ATOM] = "SELECT number FROM atoms WHERE kind = ?1 "
		"AND who = ?2 AND from_day = ?3 AND until_day = ?4 "
		"AND download = ?5",
	[XJ_SQL_CLEAR_DOCUMENT_ATOMS] =
		"DELETE FROM document_atoms WHERE document = ?1",
	[XJ_SQL_ADD_DOCUMENT_ATOM] =
		"INSERT OR IGNORE INTO document_atoms VALUES (?1, ?2)",
	[XJ_SQL_DOCUMENT_ATOMS] = "SELECT atom FROM document_atoms "
		"WHERE document = ?1 ORDER BY atom",
	[XJ_SQL_SIGHT_OF] = "INSERT INTO temp.sight_of VALUES (?1, ?2)",
	[XJ_SQL_OPENER] = "INSERT INTO temp.openers "
		"VALUES (?1, coalesce(?2, ''), coalesce(?2, '~'))",
	[XJ_SQL_OPENER_UNIT] = "INSERT INTO temp.openers "
		"SELECT ?1, code, code FROM units WHERE id = ?2",
	[XJ_SQL_FILL_SIGHT] = FILL_SIGHT,
	[XJ_SQL_ADD_SIGHT] = FILL_SIGHT " AND a.number = ?1",
	[XJ_SQL_SIGHT] = "SELECT atom FROM temp.sight WHERE opens & 1",
	[XJ_SQL_MAY_DOWNLOAD] = "SELECT EXISTS (SELECT 1 FROM document_atoms x "
		"CROSS JOIN temp.sight v ON v.atom = x.atom "
		"WHERE x.document = ?1 AND v.download)",

	[XJ_SQL_SET_OWNER] = "UPDATE documents SET owner = ?2 "
		"WHERE root = ?1 AND (id = ?1 OR parent > 0)",
	[XJ_SQL_PUT_STUDY] = "INSERT OR REPLACE INTO studies "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[XJ_SQL_CLEAR_STUDY_ATOMS] = "DELETE FROM study_atoms WHERE study = ?1",
	[XJ_SQL_STUDY_ATOMS] = "SELECT a.kind, a.who, a.from_day, a.until_day, "
		"a.download FROM study_atoms x JOIN atoms a "
		"ON a.number = x.atom WHERE x.study = ?1 ORDER BY 1, 2",
	[XJ_SQL_ADD_STUDY_ATOM] =
		"INSERT OR IGNORE INTO study_atoms VALUES (?1, ?2)",
	[XJ_SQL_CLEAR_STUDY_DOCUMENTS] =
		"DELETE FROM study_documents WHERE study = ?1",
	[XJ_SQL_ADD_STUDY_DOCUMENT] =
		"INSERT OR IGNORE INTO study_documents VALUES (?1, ?2, ?3)",
	[XJ_SQL_STUDIES] = "SELECT s.id, e.urn, s.kind, e.version, s.title, "
		"s.unit, s.owner, s.state, s.day, s.removed "
		"FROM studies s JOIN entities e ON e.id = s.id "
		"WHERE (?1 IS NULL OR s.id = ?1) AND (?2 IS NULL OR s.kind = ?2) "
		"AND (?3 IS NULL OR s.unit = ?3) "
		"AND (?4 IS NULL OR s.owner = ?4) "
		"AND (?5 IS NULL OR s.state = ?5) "
		"AND (?6 IS NULL OR s.day >= ?6) AND (?7 IS NULL OR s.day <= ?7) "
		"AND (?8 IS NULL OR EXISTS (SELECT 1 FROM study_documents n "
		"WHERE n.study = s.id AND n.document = ?8)) "
		"AND (?9 & (1 << s.removed)) "
		"AND (?10 IS NULL OR instr(s.title, ?10)) "
		/* 5 and 6: a member, and an owner */
		"AND (?11 IS NULL OR EXISTS (SELECT 1 FROM study_atoms w "
		"CROSS JOIN atoms o ON o.number = w.atom WHERE w.study = s.id "
		"AND o.kind IN (5, 6) AND o.who = ?11)) "
		XJ_IF_SIGHTED("AND EXISTS (SELECT 1 FROM study_atoms x "
		"CROSS JOIN temp.sight v ON v.atom = x.atom "
		"WHERE x.study = s.id AND v.opens & 1)")
		" ORDER BY s.day DESC, s.id DESC",
	[XJ_SQL_DRAFTS] = "SELECT paper, author, updated, version, state, text "
		"FROM drafts WHERE (?1 IS NULL OR ?1 IN (SELECT value "
		"FROM json_each(state, '$.authors'))) "
		"AND (?2 IS NULL OR paper = ?2) ORDER BY paper DESC",
	[XJ_SQL_PUT_DRAFT] = "INSERT OR REPLACE INTO drafts "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[XJ_SQL_DROP_DRAFT] = "DELETE FROM drafts WHERE paper = ?1",
	[XJ_SQL_DROP_UNBORN] =
		"DELETE FROM entities WHERE id = ?1 AND version = 0",
	[XJ_SQL_DRAFT_TEXTS] = "SELECT version, at, text FROM draft_texts "
		"WHERE paper = ?1 ORDER BY version",
	[XJ_SQL_PUT_DRAFT_TEXT] =
		"INSERT OR REPLACE INTO draft_texts VALUES (?1, ?2, ?3, ?4)",
	[XJ_SQL_DROP_DRAFT_TEXTS] = "DELETE FROM draft_texts "
		"WHERE paper = ?1 AND (version = ?2 OR version < (SELECT "
		"version FROM draft_texts WHERE paper = ?1 "
		"ORDER BY version DESC LIMIT 1 OFFSET ?3) OR ?3 < 0)",
	[XJ_SQL_ADD_REQUEST] = "INSERT INTO requests "
		"VALUES (NULL, ?1, ?2, ?3, ?4, 0, 0, '', '', '', ?5) "
		"RETURNING number",
	[XJ_SQL_ANSWER_REQUEST] = "UPDATE requests SET state = ?2, "
		"answered = ?3, who = ?4, word = ?5, until_day = ?6 "
		"WHERE number = ?1",
	[XJ_SQL_REQUESTS] = "SELECT number, document, member, purpose, asked, "
		"state, answered, who, word, until_day, whom FROM requests "
		"WHERE ?1 = 0 OR number = ?1 ORDER BY number DESC",
	[XJ_SQL_LAST_AUDIT] =
		"SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1",
	[XJ_SQL_ADD_AUDIT] =
		"INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[XJ_SQL_AUDIT] = "SELECT number, at, who, verb, document, detail, "
		"hash FROM audit ORDER BY number",
	[XJ_SQL_AUDIT_DOWN] = "SELECT number, at, who, verb, document, detail, "
		"hash FROM audit ORDER BY number DESC",

	[XJ_SQL_TOTALS] = "SELECT "
		"count(*) FILTER (WHERE state = 0 AND parent IS NULL), "
		"count(*) FILTER (WHERE state = 0 AND parent > 0), "
		"count(*) FILTER (WHERE state = 1), "
		"count(*) FILTER (WHERE state = 2), "
		"(SELECT count(*) FROM queue WHERE 1 "
		XJ_AND_SEEN_ID("document") "), "
		"(SELECT count(*) FROM accessions WHERE 1 "
		AND_OWN_ACCESSION "), "
		"sum(size) FILTER (WHERE state = 0 AND parent IS NULL), "
		"sum(text_bytes) FILTER (WHERE state = 0), "
		"count(*) FILTER (WHERE state = 3) FROM documents d WHERE 1 "
		XJ_AND_SEEN("d"),
	[XJ_SQL_OBJECTS] = "SELECT urn, version, updated, size, state "
		"FROM documents WHERE parent IS NULL UNION ALL "
		"SELECT urn, 0, 0, 0, 0 FROM accessions WHERE finished > 0",
	[XJ_SQL_TALLY_OUTCOME] = TALLY("coalesce(outcome, '')", "1"),
	[XJ_SQL_TALLY_KIND] = TALLY("coalesce(kind, '')", "1"),
	[XJ_SQL_TALLY_TYPE] = TALLY("coalesce(type, '')", "1"),
	[XJ_SQL_TALLY_REASON] = TALLY("outcome || coalesce(': ' || reason, '')",
				      "outcome <> 'ok'"),
	[XJ_SQL_TALLY_IMPORTER] = TALLY(
		"importer || ' ' || importer_version",
		"importer IS NOT NULL AND importer_version IS NOT NULL"),
};
