/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { X509Certificate } from 'node:crypto';
import { truth, typesOf } from '../../support/expectations';
import { Payers, type AskedExchange } from '../../support/standardRuns';

const payers = new Payers('--mtls');
const own = () => payers.running.certificates!;
const fingerprint = () => new X509Certificate(own().cert).fingerprint256.replaceAll(':', '').toLowerCase();

describe('a payer that wants a client certificate', () => {
	test.each<[sentence: string, run: AskedExchange]>([
		['secret', { way: 'basic' }],
		['key', { way: 'ES384 as PEM' }],
		['certificate alone', { way: 'certificate' }],
	])('T1 T7 is shown it by every request, signed in by %s', async (_, run) => {
		const { told, run: ran, requests } = await payers.exchange({ dialect: 'pdex-2.2', ...run });
		expect(told.trim()).toBe('');
		expect(typesOf(ran.json('fetchBatch'))).toEqual(truth('small').types);
		expect(requests.map(({ path }) => path)).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/smart-configuration/),
				expect.stringMatching(/auth\/token/),
				expect.stringMatching(/member-match/),
				expect.stringMatching(/export/),
				expect.stringMatching(/files/),
			]),
		);
		expect([...new Set(requests.map(({ clientCertificate }) => clientCertificate))]).toEqual([fingerprint()]);
	});
});
