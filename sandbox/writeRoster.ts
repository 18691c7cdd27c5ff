/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rosterCsv, withTables } from './roster';

// Writes what follows from members.ts: the roster, and the tables in the README.
const roster = join(__dirname, '..', 'examples', 'roster.csv');
const readme = join(__dirname, 'README.md');
writeFileSync(roster, rosterCsv());
writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
