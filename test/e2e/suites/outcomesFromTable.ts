/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { createDataTable, signedIn } from '../dataTables';
import { ended, held, here, node, OUTCOMES, outcomesWorkflow, rowsByRun } from '../outcomesWorkflow';
import { TRIGGER } from '../workflows';

const LIMIT_MS = 180_000;
const KEYS = ['small', 'no-match', 'partial', 'empty', 'failed', 'no-match', 'medium'];
const ENDS: Array<[string, number]> = [
	['memberMatch', 1],
	['startExport', 1],
	['waitForExport', 1],
	['waitForExport', 2],
	['fetchBatch', 1],
];
const NUMBERS = new Set(
	'row batch batchCount resources rejected deletions otherPatients memberCount moneyAmounts oldestServiceMonths'.split(
		' ',
	),
);

/** The two lists of fields in the recipe: what is needed, and what fills more columns. */
const FIELD_LISTS = (() => {
	const text = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'recipes.md'), 'utf8');
	const [, recipe] = /\*\*Rows of Member Outcomes from a table\.\*\*([\s\S]*?)\n\n/.exec(text) ?? [];
	return [...recipe.matchAll(/`(exchangeId[^`]*|payerName[^`]*)`/g)].map(([, list]) => list.split(/,\s+/));
})();

const byName = (name: string) => ({ __rl: true, mode: 'name', value: name });

/** The ends of one workflow are kept in a Data Table, and read back by another that ends in Member Outcomes. */
async function roundTrip(table: string, fields: readonly string[]) {
	const http = await signedIn(theBench().n8n);
	await createDataTable(
		http,
		table,
		fields.map((name) => ({ name, type: NUMBERS.has(name) ? 'number' : 'string' })),
	);
	const keeping = outcomesWorkflow({
		rows: KEYS.map((key) => row(key)),
		extra: [
			node('All', 'merge', 3.2, { mode: 'append', numberInputs: ENDS.length }),
			node('Choose', 'set', 3.4, {
				...{ mode: 'manual', includeOtherFields: true, include: 'selected', options: {} },
				includeFields: fields.join(', '),
			}),
			node('Keep', 'dataTable', 1.1, {
				...{ resource: 'row', operation: 'insert', dataTableId: byName(table) },
				columns: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] },
			}),
		],
		wires: [
			...ENDS.map(([from, output], input) => ({ from, output, to: 'All', input })),
			{ from: 'All', to: 'Choose' },
			{ from: 'Choose', to: 'Keep' },
		],
	});
	const kept = await ended(keeping);
	expect([kept.status, kept.error?.message]).toEqual(['success', undefined]);
	const reading = outcomesWorkflow({
		rows: [],
		extra: [
			node('Kept', 'dataTable', 1.1, {
				...{ resource: 'row', operation: 'get', filters: {}, returnAll: true },
				dataTableId: byName(table),
			}),
		],
		without: () => true,
		wires: [{ from: TRIGGER, to: 'Kept' }, here('Kept')],
	});
	const nodes = (reading.nodes as Array<{ name: string }>).filter(({ name }) =>
		[TRIGGER, 'Kept', OUTCOMES].includes(name),
	);
	const read = await ended({ ...reading, nodes });
	expect([read.status, read.error?.message]).toEqual(['success', undefined]);
	return { atOnce: rowsByRun(kept)[0], later: rowsByRun(read).flat() };
}

/** The recipe of a table that holds the ends of an exchange. */
export function outcomesFromTableSuite(): void {
	test(
		'the ends, kept in a Data Table, give the same outcomes in another workflow',
		async () => {
			const [needed] = FIELD_LISTS;
			const { later } = await roundTrip('needed', needed);
			expect(later.map(({ memberId, outcome, resources }) => [memberId, outcome, resources])).toEqual(
				KEYS.map((key) => [row(key).memberId, ...held(key)]),
			);
			expect(later.map((each) => each.row)).toEqual(KEYS.map((_, index) => index + 1));
			expect(new Set(later.map(({ findings }) => findings))).toEqual(new Set(['not checked']));
			expect(new Set(later.map(({ otherPatients }) => otherPatients))).toEqual(new Set(['not checked']));
		},
		LIMIT_MS,
	);

	test(
		'with more fields it gives all columns but those that the table lacks, and never another value',
		async () => {
			const { atOnce, later } = await roundTrip('whole', FIELD_LISTS.flat());
			expect(later).toHaveLength(atOnce.length);
			later.forEach((each, index) => {
				for (const [column, value] of Object.entries(atOnce[index])) {
					const read = each[column as keyof typeof each];
					if (OF_THE_RUN.includes(column)) continue;
					if (!NOT_IN_THE_TABLE.includes(column)) expect([column, read]).toEqual([column, value]);
					else expect([column, [value, null, 'not checked'].includes(read)]).toEqual([column, true]);
				}
			});
		},
		LIMIT_MS,
	);
}

/** Of the execution that wrote the row. */
const OF_THE_RUN = ['workflowId', 'executionId'];
/** Of lists, of the roster, and of fields that the recipe leaves out. */
const NOT_IN_THE_TABLE = [
	...['findings', 'askedBy', 'documentsNamed', 'bytes', 'statusUrlHost', 'matchHttpStatus', 'since', 'types'],
	...['moneyAmounts', 'deniedAuthorizations', 'drugAuthorizations', 'authorizationsWithoutDocuments'],
	...['protectedResources', 'transmitters'],
];
