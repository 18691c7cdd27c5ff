import { NEXT_STEPS } from '../../../../nodes/shared/n8n/nextSteps';
import { itemForAgent } from '../../../../nodes/shared/n8n/toolMode';

const NAME = 'Quernzilla Vexmoor';

test('D2 a model gets these keys of an item, and no other', () => {
	const item = {
		outcome: 'matched',
		nextStep: NEXT_STEPS.unclear,
		payer: 'pdex:fhir.payer.example/r4',
		directoryKey: 'Blue Plan',
		tenant: 'bison',
		groupId: 'g1',
		patientId: 'p1',
		jobId: 'j1',
		statusUrl: 'https://fhir.payer.example/jobs/j1',
		type: 'Patient',
		batch: 1,
		batchCount: 2,
		count: 3,
		resources: 3,
		rejected: 0,
		batches: { total: 2, failed: 0 },
		rows: 5,
		tables: { medical_claim: 5 },
		notInTable: 1,
		partialDates: 0,
		requiresAccessToken: true,
		finished: true,
		consentEnd: '2027-01-31',
	};
	const hidden = {
		memberId: 'M-1',
		members: [{ memberId: 'M-1' }],
		hashes: ['a1b2'],
		patientHashes: 'a1b2',
		response: { name: NAME },
		manifest: { output: [] },
		reason: NAME,
		remarks: NAME,
		status: NAME,
		progress: NAME,
		errors: [{ text: NAME }],
		givenName: 'Quernzilla',
		birthDate: '1987-06-05',
		consentPolicy: 'sensitive',
		consentId: 'c1',
		rejectedLines: [{ line: 1, reason: NAME }],
		url: 'https://files.example/1?sig=x',
		sha256: 'abc',
		fileName: 'j1-1-Patient.ndjson',
		message: NAME,
		error: NAME,
	};
	expect(itemForAgent({ ...item, ...hidden })).toEqual(item);
});

test.each<[sentence: string, item: object, seen: object]>([
	['free text in place of an outcome', { outcome: NAME }, {}],
	['a word that is no outcome', { outcome: 'Vexmoor' }, {}],
	['a word that is no payer', { payer: 'Vexmoor' }, {}],
	['a word in place of a day', { consentEnd: 'Vexmoor' }, {}],
	['a path in place of an id', { groupId: 'Ada/1987-06-05' }, {}],
	['a signed address of a job', { statusUrl: 'https://x.example/1?sig=x' }, {}],
	['a sentence in place of a payer key', { directoryKey: 'Ada, born 1987-06-05' }, {}],
	[
		'a next step of its own',
		{ outcome: 'payer-unknown', nextStep: NAME },
		{ outcome: 'payer-unknown', nextStep: NEXT_STEPS['payer-unknown'] },
	],
	['free text in place of a type', { type: 'Vexmoor' }, {}],
	['text in place of a count', { count: '1987', resources: NAME }, {}],
	['a list in place of a flag', { deleted: [NAME] }, {}],
	['free text among counts', { batches: { total: 1, note: NAME } }, {}],
	['markup in place of a next step', { nextStep: '<a href="x">x</a>' }, {}],
	[
		'an error',
		{ error: 'It failed', message: 'x', details: { itemIndex: 0 } },
		{ error: 'It failed', details: { itemIndex: 0 } },
	],
	[
		'a row with a column error',
		{ error: NAME, jobId: 'j1', nextPollAt: 'x' },
		{ jobId: 'j1', outcome: 'still-running' },
	],
	['what every object has', JSON.parse('{"__proto__": 1, "constructor": "x", "toString": 1}') as object, {}],
])('D2 a model gets nothing of %s', (_, item, seen) => {
	expect(itemForAgent({ ...item })).toEqual(seen);
});

test('D2 a model gets the address of a file on the server of the payer alone', () => {
	const own = (url: string) => (url.startsWith('https://fhir.payer.example/') ? url : undefined);
	const url = 'https://fhir.payer.example/files/1';
	expect(itemForAgent({ url }, own)).toEqual({ url });
	expect(itemForAgent({ url: 'https://files.example/1?sig=x' }, own)).toEqual({});
	// Signed, or open to whoever has it.
	expect(itemForAgent({ url: `${url}?sig=x` }, own)).toEqual({});
	expect(itemForAgent({ url, requiresAccessToken: false }, own)).toEqual({ requiresAccessToken: false });
});
