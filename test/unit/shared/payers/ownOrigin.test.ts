import { onOwnOrigin } from '../../../../nodes/shared/payers/ownOrigin';

const OWN = 'https://fhir.payer.example';

/** What is asked on the FHIR base's origin, and what is elsewhere (E3). */
test.each<[what: string, base: string, address: string, asked: string | undefined]>([
	['its own', `${OWN}/r4`, `${OWN}/r4/jobs/1?a=b#c`, `${OWN}/r4/jobs/1?a=b`],
	['beside its base', `${OWN}/r4`, `${OWN}/jobs/1`, `${OWN}/jobs/1`],
	['the other scheme', `${OWN}/r4`, 'http://fhir.payer.example/jobs/1', `${OWN}/jobs/1`],
	['the other scheme, without a base path', OWN, 'http://fhir.payer.example/jobs/1', `${OWN}/jobs/1`],
	[
		'another port, below its base',
		`${OWN}/r4`,
		'http://fhir.payer.example:8080/r4/jobs/1',
		`${OWN}/r4/jobs/1`,
	],
	['another host, below its base', `${OWN}/r4`, 'http://backend:8080/r4/jobs/1', `${OWN}/r4/jobs/1`],
	['another port, beside its base', `${OWN}/r4`, 'https://fhir.payer.example:8443/jobs/1', undefined],
	['another host, beside its base', `${OWN}/r4`, 'https://backend/jobs/1', undefined],
	['another host, a longer name', `${OWN}/r4`, 'https://backend/r4b/jobs/1', undefined],
	['another host, where the base has no path', OWN, 'https://backend/jobs/1', undefined],
	['another host and a double slash, where the base has no path', OWN, 'https://backend//jobs/1', undefined],
	['another port, where the base has no path', OWN, 'https://fhir.payer.example:8443/jobs/1', undefined],
	['a user name', `${OWN}/r4`, 'https://u:p@fhir.payer.example/r4/jobs/1', undefined],
	['a way up', `${OWN}/r4`, 'https://backend/r4/../x', undefined],
])('E3 %s', (_, base, address, asked) => {
	expect(onOwnOrigin(base, new URL(address))).toBe(asked);
});
