import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { importedItems } from '../../../../nodes/CheckPayer/import/importRows';
import { bundle, endpoint, organization } from './directoryFixtures';

const contextOf = (items: IDataObject[], parameters: IDataObject = {}) =>
	({
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (name: string) => parameters[name],
	}) as unknown as IExecuteFunctions;

const BUNDLE = bundle([organization(), endpoint()]);

test.each<[what: string, items: IDataObject[]]>([
	['the item', [BUNDLE]],
	['a column', [{ data: BUNDLE }]],
	['a text', [{ data: JSON.stringify(BUNDLE) }]],
	['pages', [bundle([organization()]), bundle([endpoint()])]],
	['beside others', [{ x: 1 }, { data: 'not "Bundle"', other: null }, BUNDLE]],
])('the Bundle is %s: an item for each row, and a last one with the table', async (_, items) => {
	const [row, last, ...more] = await importedItems(contextOf(items));
	expect(row).toMatchObject({ payerKey: 'bison-health-plan', reviewed: false });
	expect(last).toMatchObject({ payers: 1, payersInTable: 1, leftOut: [] });
	expect(JSON.parse(String(last.table))).toHaveProperty('bison-health-plan');
	expect(more).toEqual([]);
});

test.each<[what: string, items: IDataObject[]]>([
	['nothing', [{}]],
	['another resource', [{ resourceType: 'Organization' }]],
	['text', [{ data: '{"resourceType":"Bundle"' }]],
])('%s in place of a Bundle is an error that says what to do', async (_, items) => {
	await expect(importedItems(contextOf(items))).rejects.toMatchObject({
		message: 'The input holds no Bundle of a directory',
		details: { whatToDo: expect.stringContaining('Extract From File') as string },
	});
});

test('what was left out is told of in sentences', async () => {
	const [last] = await importedItems(
		contextOf([bundle([organization(), endpoint({ address: 'http://x' })])]),
	);
	expect(last.leftOut).toEqual([
		'left out, because they have an address that cannot be used: it does not begin with https: entry 2 (Endpoint/bison-p2p).',
	]);
});

test('a search needs the address of a directory', async () => {
	await expect(importedItems(contextOf([{}], { importFrom: 'search' }))).rejects.toThrow(
		"'Directory URL' cannot be used",
	);
});
