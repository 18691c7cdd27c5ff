/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRosterCsv, rosterCsv, withTables } from './roster';

// Writes what follows from members.ts: the rosters, and the tables in the README.
const examples = join(__dirname, '..', 'examples');
const readme = join(__dirname, 'README.md');
writeFileSync(join(examples, 'roster.csv'), rosterCsv());
writeFileSync(join(examples, 'own-roster.csv'), ownRosterCsv());
writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
