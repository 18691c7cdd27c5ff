'use strict';

/*
 * Takes the place of sqlite3's compiled part in an n8n on PostgreSQL: n8n's AI nodes load sqlite3 when they are loaded
 * themselves, whichever database is in use. `buildSqliteDriver` builds the true one, which is then found first.
 */
class NotBuilt {
	constructor() {
		throw new Error('The driver of SQLite is not built for this n8n, which runs on PostgreSQL.');
	}
}

module.exports = {
	Database: class Database extends NotBuilt {},
	Statement: class Statement extends NotBuilt {},
	Backup: class Backup extends NotBuilt {},
};
