/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memberMatchForm } from '../../../../nodes/MemberMatch/form';
import {
	ADDITIONAL_COLUMNS,
	LINK_COLUMNS,
	MEMBER_COLUMNS,
	type ColumnField,
} from '../../../../nodes/shared/exchange/columnFields';
import { columnKey } from '../../../../nodes/shared/exchange/columnKey';

const page = readFileSync(join(__dirname, '../../../../docs/columns.md'), 'utf8');

/** The names that the page lists under a heading, by the first cell of their row. */
function listed(heading: string): Map<string, Set<string>> {
	const section = page.split(/^## /m).find((each) => each.startsWith(heading)) ?? '';
	const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
	return new Map(
		rows.slice(1).map((line) => {
			const [, field, ...cells] = line.split('|').map((cell) => cell.trim());
			return [
				field,
				new Set(
					cells
						.flatMap((cell) => cell.split(', '))
						.filter(Boolean)
						.map(columnKey),
				),
			];
		}),
	);
}

test.each<[heading: string, fields: Record<string, ColumnField>]>([
	['The fields of Member Match', MEMBER_COLUMNS],
	['Additional Fields', ADDITIONAL_COLUMNS],
	['Coverage to Link', LINK_COLUMNS],
])('docs/columns.md lists every name under %p, and no other', (heading, fields) => {
	const expected = Object.entries(fields).map(([field, { names, synonyms = [], nearMisses = [] }]) => [
		field,
		[...new Set([...names, ...synonyms, ...nearMisses].map(columnKey))].sort(),
	]);
	expect([...listed(heading)].map(([field, keys]) => [field, [...keys].sort()])).toEqual(expected);
});

test('every field of the form that can read the item has names', () => {
	const texts = memberMatchForm.filter(({ type }) => type === 'string').map(({ name }) => name);
	expect(texts.filter((name) => !Object.hasOwn(MEMBER_COLUMNS, name))).toEqual([]);
});
