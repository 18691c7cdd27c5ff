/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT, tablesDocument } from '../../tables/document';

test(`${DOCUMENT} is what the views say; npm run docs:tables writes it`, () => {
	expect(readFileSync(join(__dirname, '..', '..', '..', DOCUMENT), 'utf8')).toBe(tablesDocument());
});
