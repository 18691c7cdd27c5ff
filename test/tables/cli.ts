/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT, tablesDocument } from './document';

writeFileSync(join(__dirname, '..', '..', DOCUMENT), tablesDocument());
process.stdout.write(`${DOCUMENT} is written.\n`);
