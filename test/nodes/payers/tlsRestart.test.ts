/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import type { Socket } from 'node:net';
import type { Server } from 'node:https';
import { issueCertificate, makeAuthority } from '../../../sandbox/certificates';
import { runSteps, type NodeName } from '../../support/engine';
import { startTlsServer } from '../../support/tlsServer';

const CASES: Array<[string, NodeName, kickOff: boolean]> = [
	['closes connections in the handshake', 'startExport', false],
	['closes connections in the handshake', 'waitForExport', false],
	['shows the certificate of another', 'startExport', true],
	['shows the certificate of another', 'waitForExport', true],
];
test.each(CASES)('B1 B3 a gateway that %s while it restarts: %s', async (_, node, isOther) => {
	const authority = await makeAuthority('Root');
	const [own, other] = [
		await issueCertificate(authority, '127.0.0.1', { usage: 'serverAuth' }),
		await issueCertificate(await makeAuthority('Fake'), '127.0.0.1', { usage: 'serverAuth' }),
	];
	let broken = 0;
	let server: Server | undefined;
	const { url, got, close } = await startTlsServer(
		own,
		(request, response) => {
			const kind = request.url ?? '';
			response.setHeader('content-type', 'application/json');
			if (kind.endsWith('metadata')) {
				// What comes next meets the restart.
				broken = 2;
				if (isOther) server?.setSecureContext(other);
			}
			if (kind === '/token') return void response.end('{"access_token":"T","token_type":"Bearer"}');
			if (kind.includes('$')) response.writeHead(202, { 'content-location': '/fhir/jobs/job-a' });
			if (!kind.includes('jobs')) return void response.end('{}');
			const first = got.filter((each) => each.url.includes('jobs')).length === 1;
			if (!first) return void response.end('{"transactionTime":"2027-01-01T00:00:00Z","output":[]}');
			broken = 2;
			if (isOther) server?.setSecureContext(other);
			response.writeHead(202, { 'retry-after': '1' }).end();
		},
		(started) => {
			server = started;
			started.on('connection', (socket: Socket) => {
				if (broken === 0) return;
				broken -= 1;
				if (!isOther) socket.destroy();
				else if (broken === 0) socket.once('close', () => started.setSecureContext(own));
			});
		},
	);
	const credentialType = 'fhirPayerOAuth2Api';
	const run = await runSteps({
		items: [{ memberId: 'm', groupId: 'g', statusUrl: `${url}/fhir/jobs/job-a` }],
		steps: [
			{
				node,
				parameters: {
					payerApi: 'pdex',
					pdexAuthentication: credentialType,
					pollEvery: 1,
					giveUpAfter: 1,
				},
			},
		],
		credentialType,
		credential: {
			fhirBaseUrl: `${url}/fhir`,
			tokenUrl: `${url}/token`,
			clientId: 'c',
			clientSecret: 's',
			useCertificates: true,
			rootCertificates: authority.cert,
			accessToken: '',
		},
	});
	await close();
	expect([run.error?.message, run.json(node).length]).toEqual([undefined, 1]);
	expect(got.filter((each) => each.url.includes('$'))).toHaveLength(node === 'startExport' ? 1 : 0);
});
