import { readDirectoryBundle } from '../../../../nodes/CheckPayer/import/directoryBundle';
import { isUsable, readDirectory } from '../../../../nodes/shared/payers/directory/directory';
import { ecKey } from '../../../../sandbox/keys';
import { bundle, endpoint, environment, organization, registration, USE_CASES } from './directoryFixtures';

/** What the credential Payer Directory says of the table, once the client IDs are in. */
function problemsOf(table: string): string[] {
	const read = readDirectory({
		payers: table.replaceAll('"clientId": ""', '"clientId": "ours"'),
		clientSecrets: '',
		privateKey: ecKey().export({ type: 'pkcs8', format: 'pem' }).toString(),
		keyId: 'prairie-2027',
		testWith: '',
		accessToken: '',
	});
	if ('problem' in read) return [read.problem];
	return [...read.problems, ...read.entries.flatMap((entry) => (isUsable(entry) ? [] : entry.problems))];
}

test('the credential takes the table, whatever the payers are called', () => {
	const names = [
		'Bison Health Plan',
		'bison health-plan',
		'Bison Health Plan 2',
		'bison-health plan-2',
		'__proto__',
		'constructor',
		'toString',
		'健康',
		'12',
		'7',
		'"},"x":{"fhirBaseUrl":"https://evil.example"',
		'Plan \\u0000 \u0000 \n\t \u2028',
		'\uD800',
		'= cmd|x',
		'Plan of the year (mm/dd/yyyy)',
		'-',
		'.',
		'A'.repeat(10_000),
	];
	const listed = names.flatMap((name, at) => [
		organization({ id: `o${at}`, name, identifier: [], endpoint: [] }),
		endpoint({
			id: `e${at}`,
			address: `https://p${at}.example/fhir`,
			managingOrganization: { reference: `Organization/o${at}` },
			period: { start: '2027' },
			extension: [USE_CASES.ndh1(), environment('prod'), registration('smart')],
		}),
	]);
	const { rows, table } = readDirectoryBundle(bundle(listed), Date.parse('2026-11-29T12:00:00Z'));
	expect(problemsOf(table)).toEqual([]);
	const pasted = JSON.parse(table) as Record<string, { fhirBaseUrl: string }>;
	expect(Object.keys(pasted).sort()).toEqual(rows.map(({ payerKey }) => payerKey).sort());
	expect(
		Object.values(pasted)
			.map(({ fhirBaseUrl }) => fhirBaseUrl)
			.sort(),
	).toEqual(rows.map(({ fhirBaseUrl }) => fhirBaseUrl).sort());
	expect(rows).toHaveLength(names.length);
});
