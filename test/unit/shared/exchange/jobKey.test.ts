import type { IDataObject } from 'n8n-workflow';
import { wholeExports } from '../../../../nodes/FetchBatch/byExport';
import { RunAddresses } from '../../../../nodes/FetchBatch/runAddresses';
import { PartsSeen } from '../../../../nodes/FhirToTable/claims/partsSeen';
import { jobKey } from '../../../../nodes/shared/exchange/jobKey';
import { sourceExportOf } from '../../../../nodes/shared/exchange/sourceExport';

/** Jobs of equal ids in one run, by whoever sorts items by their job. */

const PAYER = 'pdex:fhir.payer.example/r4';
const OF = { payer: PAYER, jobId: '1', memberId: 'm1' };
const north = (more: IDataObject = {}) => ({ ...OF, directoryKey: 'north', ...more });
const south = (more: IDataObject = {}) => ({ ...OF, directoryKey: 'south', ...more });

test.each<[what: string, one: IDataObject, other: IDataObject, isSame: boolean]>([
	['a job without a row of a directory', OF, { ...OF, batch: 2 }, true],
	['a job of a row', north(), north({ batch: 2 }), true],
	['two rows at one address', north(), south(), false],
	['two payers', OF, { ...OF, payer: 'pdex:other.example/r4' }, false],
	['two jobs', OF, { ...OF, jobId: '2' }, false],
	['two status URLs', { statusUrl: 'https://a/1' }, { statusUrl: 'https://a/2' }, false],
	['empty cells of a table', OF, { ...OF, tenant: null, directoryKey: null, statusUrl: undefined }, true],
])('%s', (_, one, other, isSame) => {
	expect(jobKey(one) === jobKey(other)).toBe(isSame);
});

test('files of two clients are two exports', () => {
	const files = [1, 2].flatMap((batch) => [north({ batch, batchCount: 2 }), south({ batch, batchCount: 2 })]);
	const whole = wholeExports(files.map((item) => ({ item })));
	expect(whole.map((all) => all.map(({ item }) => item.directoryKey))).toEqual([
		['north', 'north'],
		['south', 'south'],
	]);
});

test.each<[what: string, other: IDataObject]>([
	['another client', south()],
	['another payer', { ...OF, payer: 'pdex:other.example/r4' }],
])('the file of %s does not keep a file from its new address', (_, other) => {
	const file = { url: 'https://files.example/1/claims?sig=old', type: 'Claim' };
	const addresses = new RunAddresses([north(file), { ...other, ...file }]);
	const listed = [{ ...file, url: 'https://files.example/1/claims?sig=new' }];
	expect(addresses.currentUrl(north(file), file, listed, 1)).toBe(listed[0].url);
});

test('a file of each of two clients is no whole export', () => {
	const seen = new PartsSeen();
	seen.add(north({ batch: 1, batchCount: 2 }), null);
	seen.add(south({ batch: 2, batchCount: 2 }), null);
	seen.close();
	expect(seen.isMissing(PAYER, 'm1')).toBe(true);
});

test('the mark of an export tells two clients apart, and is what it was without a directory', () => {
	const job = { jobId: '1', transactionTime: '2027-01-01T00:00:00Z' };
	const marks = [job, { ...job, directoryKey: 'north' }, { ...job, directoryKey: 'south' }].map((each) =>
		sourceExportOf(PAYER, each),
	);
	expect(new Set(marks).size).toBe(3);
	expect(marks[0]).toBe('aaeaa6812042ebb8');
});
