/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxiosResponse } from 'axios';
import { crowdMember } from '../../../sandbox/crowd';
import { ecKey } from '../../../sandbox/keys';
import { memberByKey, rosterMembers, type Member } from '../../../sandbox/members';
import { CHECKS, type CheckLine } from '../../../sandbox/standard/checks';
import { ALL_DIALECTS, dialectRules, type Dialect } from '../../../sandbox/standard/dialects';
import { truthOf } from '../../../sandbox/truth';
import { bulkBody, hrexBody, hrexParts, type MatchParts } from '../../support/hrexBody';
import { StandardClient, typesOfAll, type Manifest } from '../../support/standardClient';

let client: StandardClient;
let atStart: object;
beforeAll(async () => {
	client = await StandardClient.start();
	atStart = (await client.open('GET', '/sandbox/settings')).data as object;
});
afterAll(async () => await client.payers.stop());
beforeEach(async () => {
	expect((await client.open('PUT', '/sandbox/settings', {}, atStart)).status).toBe(200);
	await client.forget();
});

const small = memberByKey('small');
const keeps = async () => expect(await client.lines()).toEqual([]);
const exportType = { name: 'exportType', valueCanonical: 'hl7.fhir.us.davinci-pdex#payertopayer' };

/** Where one member is exported at each payer, and how. */
function whereTo(dialect: Dialect, of: Member): [path: string, parameter?: object[]] {
	const { patientExport, groupExport } = dialectRules[dialect];
	const base = `/${dialect}/fhir`;
	const group = `${base}/Group/group-${of.key}`;
	if (groupExport?.operation === '$davinci-data-export')
		return [`${group}/$davinci-data-export`, [exportType]];
	if (groupExport) return [`${group}/$export`, groupExport.methods.includes('GET') ? undefined : []];
	return [`${base}/Patient/${of.row.memberId}/$export`, patientExport.includes('GET') ? undefined : []];
}

async function exported(dialect: Dialect, of: Member): Promise<AxiosResponse<Manifest>> {
	if (dialectRules[dialect].memberId === 'none') {
		const identifier = `https://payer.example/members|U-${of.row.coverageId}`;
		await client.request('GET', `/${dialect}/fhir/Patient?identifier=${encodeURIComponent(identifier)}`);
	}
	const kickOff = await client.kickOff(...whereTo(dialect, of));
	expect(kickOff.status).toBe(202);
	const location = String(kickOff.headers['content-location']);
	if (location.startsWith('/')) kickOff.headers['content-location'] = client.url + location;
	return await client.finished(kickOff);
}

describe.each(ALL_DIALECTS)('the payer %s', (dialect) => {
	it('states what it does', async () => {
		const { data } = await client.open('GET', `/${dialect}/fhir/metadata`);
		const text = JSON.stringify(data);
		expect(data).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
		expect(text).toContain('member-match');
		expect(text.includes('bulk-member-match')).toBe(dialect.startsWith('pdex'));
		expect(text.includes('davinci-data-export')).toBe(/^pdex|^group/.test(dialect));
		expect(text.includes('group-export')).toBe(dialect.startsWith('bulk'));
		const { data: smart } = await client.open('GET', `/${dialect}/fhir/.well-known/smart-configuration`);
		const { token_endpoint: endpoint } = smart as { token_endpoint: string };
		expect(new URL(endpoint, `${client.url}/${dialect}/fhir/`).href).toBe(`${client.url}/auth/token`);
	});

	it('matches a member, who is found by the identifier', async () => {
		const { status, data } = await client.match(dialect, hrexBody(hrexParts(small)));
		expect(status).toBe(200);
		const { parameter = [] } = data as fhir4.Parameters;
		const { valueIdentifier } = parameter[0];
		const code = dialect === 'hrex-1.0' ? 'MB' : 'UMB';
		expect(valueIdentifier?.type?.coding?.[0].code).toBe(code);
		const { memberId } = dialectRules[dialect];
		const reference = parameter.find(({ name }) => name === 'MemberId')?.valueReference?.reference;
		const relative = 'Patient/SYN-1001';
		expect(reference).toBe(
			{ none: undefined, relative, absolute: `${client.url}/${dialect}/fhir/${relative}` }[memberId],
		);
		const identifier = encodeURIComponent(`${valueIdentifier?.system}|${valueIdentifier?.value}`);
		const found = await client.request('GET', `/${dialect}/fhir/Patient?identifier=${identifier}`);
		expect(found.data).toMatchObject({ total: 1, entry: [{ resource: { id: 'SYN-1001' } }] });
		await keeps();
	});

	it.each([
		['no-match', 'not-found'],
		['multiple-matches', 'multiple-matches'],
		['consent-refused', 'business-rule'],
		['consent-ended', 'business-rule'],
	])('answers %s by 422 and %s', async (key, code) => {
		const answer = await client.match(dialect, hrexBody(hrexParts(memberByKey(key))));
		expect(answer).toMatchObject({ status: 422, data: { issue: [{ code }] } });
	});

	it.each(['small', 'medium', 'accents', 'partial', 'empty'])(
		'exports the member %s as it is',
		async (key) => {
			const of = memberByKey(key);
			const { status, data, headers } = await exported(dialect, of);
			expect([status, Date.parse(String(headers.expires)) > Date.now()]).toEqual([200, true]);
			const truth = truthOf(of);
			expect(typesOfAll(await client.files(data.output))).toEqual(truth.types);
			const complaints = await client.files(dialectRules[dialect].bulkData === 4 ? data.outcome : data.error);
			expect(complaints).toHaveLength(truth.failedBatches);
			await keeps();
		},
	);

	it('tells that an export failed', async () => {
		expect(await exported(dialect, memberByKey('failed'))).toMatchObject({
			status: 500,
			data: { resourceType: 'OperationOutcome' },
		});
	});

	it('forgets a job that is deleted', async () => {
		const kickOff = await client.kickOff(...whereTo(dialect, small));
		const job = String(kickOff.headers['content-location']);
		expect((await client.request('DELETE', job)).status).toBe(202);
		expect((await client.status(job)).status).toBe(404);
		expect((await client.request('DELETE', job)).status).toBe(404);
	});

	it('wants a token', async () => {
		const [path] = whereTo(dialect, small);
		const method = dialectRules[dialect].patientExport[0] === 'GET' ? 'GET' : 'POST';
		const answer = await client.open(/davinci/.test(path) ? 'POST' : method, path);
		expect([answer.status, answer.headers['www-authenticate']]).toEqual([
			401,
			expect.stringMatching(/^Bearer/),
		]);
	});
});

describe('manifests', () => {
	it.each<[Dialect, string[], string[]]>([
		['bulk-v1', ['error', 'request'], ['deleted', 'outcome', 'manifestType']],
		['bulk-v2', ['error', 'request', 'deleted'], ['outcome', 'manifestType']],
		['bulk-v3', ['error', 'request'], ['outcome', 'manifestType']],
		['bulk-v4', ['manifestType', 'outputFormat'], ['error', 'request', 'deleted']],
	])('of %s have %s and not %s', async (dialect, has, hasNot) => {
		const { data } = await exported(dialect, small);
		for (const key of has) expect(data).toHaveProperty(key);
		for (const key of hasNot) expect(data).not.toHaveProperty(key);
		expect(data.requiresAccessToken).toBe(true);
		expect(Array.isArray(data.extension)).toBe(dialect === 'bulk-v4');
		expect('count' in data.output[0]).toBe(dialect !== 'bulk-v1');
		expect('fileSize' in data.output[0]).toBe(dialect === 'bulk-v4');
	});

	it.each<[Dialect, number]>([
		['bulk-v1', 0],
		['bulk-v2', 1],
		['bulk-v3', 1],
	])('of %s name what was deleted since: %d', async (dialect, deleted) => {
		const path = `/${dialect}/fhir/Group/group-small/$export?_since=2026-01-01T00:00:00Z`;
		const { data } = await client.finished(await client.kickOff(path));
		const bundles = await client.files(data.deleted);
		expect(bundles).toHaveLength(deleted);
		for (const bundle of bundles) {
			expect(bundle).toMatchObject({ type: 'transaction', entry: [{ request: { method: 'DELETE' } }] });
		}
		expect(typesOfAll(await client.files(data.output))).toEqual(truthOf(small).types);
	});

	it('are empty where nothing is newer', async () => {
		const path = '/bulk-v2/fhir/Group/group-small/$export?_since=2026-07-01T00:00:00Z';
		expect((await client.finished(await client.kickOff(path))).data.output).toEqual([]);
	});

	it('of v3 come in parts, while the job runs and after it, and do not change', async () => {
		const path = '/bulk-v3/fhir/Group/group-small/$export?allowPartialManifests=true';
		const kickOff = await client.kickOff(path);
		const running = await client.status(String(kickOff.headers['content-location']));
		expect([running.status, (running.data as Manifest).output]).toEqual([202, expect.any(Array)]);
		expect(running.data).not.toHaveProperty('link');
		const { data: first } = await client.finished(kickOff);
		expect(first).toMatchObject(running.data as object);
		const output = [...first.output];
		let { link } = first;
		while (link) {
			const { data } = await client.status(link[0].url);
			output.push(...(data as Manifest).output);
			({ link } = data as Manifest);
		}
		expect(typesOfAll(await client.files(output))).toEqual(truthOf(small).types);
		await keeps();
	});

	it('of v3 organized by patient hold blocks, and say where a block goes on', async () => {
		await client.set({ blockResources: 20 });
		const path = '/bulk-v3/fhir/Group/group-small.accents/$export?organizeOutputBy=Patient';
		const { data } = await client.finished(await client.kickOff(path));
		expect(data.outputOrganizedBy).toBe('Patient');
		expect(data.output.every(({ type }) => type === undefined)).toBe(true);
		expect(data.output.filter(({ continuesInFile }) => continuesInFile)).toHaveLength(2);
		const found: Record<string, fhir4.FhirResource[]> = {};
		for (const { url, count } of data.output) {
			const resources = await client.file(url);
			expect(resources).toHaveLength(count ?? -1);
			let of = '';
			for (const resource of resources) {
				const header = resource.resourceType === 'Parameters' ? resource.parameter?.[0] : undefined;
				of = header?.valueReference?.reference ?? of;
				if (!header) (found[of] ??= []).push(resource);
			}
		}
		for (const key of ['small', 'accents']) {
			const { types, memberId } = truthOf(memberByKey(key));
			expect(typesOfAll(found[`Patient/${memberId}`])).toEqual(types);
		}
	});

	it('of v3 leave HTTP to the status call, where that was preferred', async () => {
		const path = '/bulk-v3/fhir/Group/group-failed/$export';
		const prefer = 'respond-async, separate-export-status';
		const kickOff = await client.kickOff(path, undefined, { prefer });
		expect(kickOff.headers['preference-applied']).toContain('separate-export-status');
		const looks = [];
		for (let look = 0; look < 2; look += 1) {
			const { status, headers } = await client.status(String(kickOff.headers['content-location']));
			looks.push([status, headers['x-export-status']]);
		}
		expect(looks).toEqual([
			[200, '202'],
			[200, '500'],
		]);
	});

	it('of v4 come after a POST with one value in each parameter', async () => {
		const types = ['Patient', 'Coverage'].map((valueString) => ({ name: '_type', valueString }));
		const { data } = await client.finished(
			await client.kickOff('/bulk-v4/fhir/Group/group-small/$export', types),
		);
		expect(data.output.map(({ type }) => type).sort()).toEqual(['Coverage', 'Patient']);
		await keeps();
	});
});

describe('groups', () => {
	it('of several members are exported type by type, with what failed beside it', async () => {
		await client.set({ fileResources: 12 });
		const keys = ['small', 'accents', 'partial', 'failed'];
		const path = `/bulk-v2/fhir/Group/group-${keys.join('.')}/$export`;
		const { data } = await client.finished(await client.kickOff(path));
		const resources = await client.files(data.output);
		for (const key of keys) {
			const { types, memberId } = truthOf(memberByKey(key));
			const own = resources.filter(({ id }) => id === memberId || id?.startsWith(`${memberId}-`));
			expect(typesOfAll(own)).toEqual(types);
		}
		// 12 observations of each member, in files of at most 12.
		expect(data.output.filter(({ type }) => type === 'Observation')).toHaveLength(2);
		expect(await client.files(data.error)).toHaveLength(2 + 6);
	});

	it('are found by their identifier, and read', async () => {
		const path = '/bulk-v2/fhir/Group';
		const identifier = encodeURIComponent('https://payer.example/groups|group-roster');
		const { data } = await client.request('GET', `${path}?identifier=${identifier}`);
		const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched');
		expect(data).toMatchObject({ total: 1, entry: [{ resource: { quantity: matched.length } }] });
		expect((await client.request('GET', `${path}/group-small`)).data).toMatchObject({ quantity: 1 });
		expect((await client.request('GET', `${path}/group-no-match`)).status).toBe(404);
	});
});

interface Found {
	groups: fhir4.Group[];
	manifest: Manifest;
}

/** Groups by their code, from Group or Parameters files. */
async function bulkMatched(dialect: Dialect, parts: Array<Partial<MatchParts>>): Promise<Found> {
	const kickOff = await client.bulkMatch(dialect, bulkBody(parts));
	expect(kickOff.status).toBe(202);
	const { data: manifest } = await client.finished(kickOff);
	const resources = await client.files(manifest.output);
	const groups = resources.flatMap((each) =>
		each.resourceType === 'Parameters' ? (each.parameter ?? []).map(({ resource }) => resource) : [each],
	);
	return { groups: groups as fhir4.Group[], manifest };
}

const codeOf = ({ code }: fhir4.Group) => code?.coding?.[0].code;
const echoed = (group: fhir4.Group | undefined) =>
	(group?.member ?? []).map(
		({ entity }) =>
			entity.extension?.find(({ url }) => url.endsWith('base-ext-match-parameters'))?.valueReference
				?.reference,
	);

describe.each(['pdex-2.1', 'pdex-2.2'] as const)('$bulk-member-match of %s', (dialect) => {
	it('judges each member alone, and its group is exported', async () => {
		const all = rosterMembers.map(hrexParts);
		const { groups, manifest } = await bulkMatched(dialect, all);
		await keeps();
		const type = dialect === 'pdex-2.1' ? 'Parameters' : 'Group';
		expect(new Set(manifest.output.map((each) => each.type))).toEqual(new Set([type]));
		const withOutcome = (...outcomes: string[]) =>
			rosterMembers.filter(({ outcome }) => outcomes.includes(outcome)).map(({ row }) => `#${row.memberId}`);
		const byCode = Object.fromEntries(groups.map((group) => [codeOf(group), echoed(group)]));
		expect(byCode).toEqual({
			match: withOutcome('matched'),
			nomatch: withOutcome('no-match', 'multiple-matches'),
			consentconstraint: withOutcome('consent-refused', 'consent-not-in-force'),
		});
		const sent = new Map(all.map(({ MemberPatient }) => [MemberPatient.id, MemberPatient]));
		const patients = groups.flatMap(({ contained }) => contained ?? []).filter((each) => sent.has(each.id));
		expect(patients).toHaveLength(all.length);
		for (const patient of patients) expect(patient).toEqual(sent.get(patient.id));

		const path = `/${dialect}/fhir/Group/${groups[0].id}`;
		expect((await client.request('GET', path)).data).toEqual(groups[0]);
		const patient = { name: 'patient', valueReference: { reference: 'Patient/SYN-1001' } };
		const kickOff = await client.kickOff(`${path}/$davinci-data-export`, [exportType, patient]);
		const { data } = await client.finished(kickOff);
		expect(typesOfAll(await client.files(data.output))).toEqual(truthOf(small).types);
		await keeps();
	});

	it('gives a group of the matched even where there is none, and no other that is empty', async () => {
		const { groups } = await bulkMatched(dialect, [hrexParts(memberByKey('no-match'))]);
		expect(groups.map((group) => [codeOf(group), group.member?.length])).toEqual([
			['match', undefined],
			['nomatch', 1],
		]);
	});

	it('takes a bad consent for the matter of one member', async () => {
		const [good, bad] = ['small', 'accents'].map((key) => hrexParts(memberByKey(key)));
		const { groups } = await bulkMatched(dialect, [
			good,
			{ ...bad, Consent: { ...bad.Consent, status: 'rejected' } },
		]);
		expect(groups.map((group) => [codeOf(group), echoed(group)])).toEqual([
			['match', ['#SYN-1001']],
			['consentconstraint', ['#SYN-1003']],
		]);
		expect(await client.lines()).toEqual(['B17']);
	});

	it('judges 5,000 members in one request', async () => {
		const crowd = Array.from({ length: 5000 }, (_, index) => crowdMember(index + 1));
		const started = Date.now();
		const { groups } = await bulkMatched(dialect, crowd.map(hrexParts));
		expect(Date.now() - started).toBeLessThan(30_000);
		const isMatched = crowd.filter(({ outcome }) => outcome === 'matched');
		expect(groups[0].member?.map(({ entity }) => entity.reference)).toEqual(
			isMatched.map(({ row }) => `Patient/${row.memberId}`),
		);
		await keeps();
	});
});

test('$bulk-member-match of pdex-2.2 tells two coverages of one person apart', async () => {
	const parts = hrexParts(small);
	const again = hrexParts({ ...small, row: { ...small.row, memberId: 'again' } });
	const { groups } = await bulkMatched('pdex-2.2', [parts, again]);
	const coverages = (groups[0].member ?? []).map(
		({ entity }) =>
			entity.extension?.find(({ url }) => url.endsWith('match-coverage'))?.valueReference?.reference,
	);
	expect(new Set(coverages).size).toBe(2);
	const contained = (groups[0].contained ?? []).map(({ id }) => `#${id}`);
	expect(contained).toEqual(expect.arrayContaining(coverages));
});

describe('settings', () => {
	it.each([
		['groups', ['Group']],
		['parameters', ['Parameters']],
		['both', ['Group', 'Parameters']],
	])('bulkMatchFiles: %s', async (bulkMatchFiles, types) => {
		await client.set({ bulkMatchFiles });
		const { manifest } = await bulkMatched('pdex-2.2', [hrexParts(small)]);
		expect(manifest.output.map(({ type }) => type)).toEqual(types);
	});

	it('mostMembers', async () => {
		await client.set({ mostMembers: 1 });
		const two = bulkBody(['small', 'accents'].map((key) => hrexParts(memberByKey(key))));
		expect((await client.bulkMatch('pdex-2.2', two)).status).toBe(413);
	});

	it('grantedScope', async () => {
		await client.set({ grantedScope: 'system/Patient.rs' });
		const { data } = await client.askToken(client.form(client.assertion()));
		expect(data).toMatchObject({ scope: 'system/Patient.rs', expires_in: 300, token_type: 'bearer' });
	});

	it.each(['open', 'open-elsewhere'])('fileAccess: %s', async (fileAccess) => {
		await client.set({ fileAccess });
		const { data } = await exported('bulk-v2', small);
		expect(data.requiresAccessToken).toBe(false);
		expect(data.output.every(({ url }) => url.startsWith(client.url))).toBe(fileAccess === 'open');
		const headers = { accept: 'application/fhir+ndjson', 'accept-encoding': 'gzip' };
		expect((await client.open('GET', data.output[0].url, headers)).status).toBe(200);
		await keeps();
		await client.request('GET', data.output[0].url, headers);
		expect(await client.lines()).toEqual(['G2']);
	});

	it('gzipFiles', async () => {
		await client.set({ gzipFiles: 'yes' });
		const { data } = await exported('bulk-v2', small);
		const [{ url }] = data.output;
		expect([await client.encodingOf(url, 'gzip'), await client.encodingOf(url, 'identity')]).toEqual([
			'gzip',
			undefined,
		]);
		expect(typesOfAll(await client.files(data.output))).toEqual(truthOf(small).types);
	});

	it('expiresSeconds', async () => {
		await client.set({ expiresSeconds: 0 });
		const { data } = await exported('bulk-v2', small);
		const { status } = await client.request('GET', data.output[0].url);
		expect(status).toBe(410);
	});

	it('typeFilter', async () => {
		const filter = encodeURIComponent('ExplanationOfBenefit?service-date=ge2024-01-01');
		const path = `/bulk-v2/fhir/Group/group-medium/$export?_type=ExplanationOfBenefit&_typeFilter=${filter}`;
		const counts = [];
		for (const typeFilter of ['ignored', 'honoured']) {
			await client.set({ typeFilter });
			const { data } = await client.finished(await client.kickOff(path));
			const claims = (await client.files(data.output)) as fhir4.ExplanationOfBenefit[];
			expect(claims).toHaveLength(data.output[0].count ?? -1);
			counts.push([
				claims.length,
				claims.filter(({ billablePeriod }) => (billablePeriod?.start ?? '') < '2024').length > 0,
			]);
		}
		expect(counts).toEqual([
			[60, true],
			[expect.any(Number), false],
		]);
	});

	it.each([
		[{ noMatchAnswer: '422-html' }, 'text/html'],
		[{ noMatchAnswer: '422-empty' }, undefined],
	])('%j', async (settings, type) => {
		await client.set(settings);
		const { status, headers } = await client.match('hrex-1.2', hrexBody(hrexParts(memberByKey('no-match'))));
		expect([status, headers['content-type']]).toEqual([422, type]);
	});

	it('that do not exist are refused', async () => {
		expect((await client.open('PUT', '/sandbox/settings', {}, { nothing: 1 })).status).toBe(400);
		expect((await client.open('PUT', '/sandbox/settings', {}, { runningPolls: -1 })).status).toBe(400);
	});
});

describe('tokens', () => {
	const secret = (): Record<string, string> => ({
		grant_type: 'client_credentials',
		scope: 'system/*.rs',
		client_id: client.payers.clientId,
		client_secret: client.payers.clientSecret,
	});
	const basic = (): string => {
		const { clientId, clientSecret } = client.payers;
		const encoded = new URLSearchParams({ [clientId]: clientSecret }).toString().replace('=', ':');
		return `Basic ${Buffer.from(encoded).toString('base64')}`;
	};

	it.each<[string, () => Promise<AxiosResponse>]>([
		['RS384', async () => await client.askToken(client.form(client.assertion({ alg: 'RS384' })))],
		['ES384', async () => await client.askToken(client.form(client.assertion()))],
		[
			'jku',
			async () => {
				const jku = `${client.url}/sandbox/jwks.json`;
				return await client.askToken(client.form(client.assertion({ header: { jku } })));
			},
		],
		['the secret in the body', async () => await client.askToken(secret())],
		[
			'the secret by Basic',
			async () => {
				const { grant_type, scope } = secret();
				return await client.askToken({ grant_type, scope }, { authorization: basic() });
			},
		],
	])('are given for %s', async (_, ask) => {
		expect((await ask()).status).toBe(200);
		await keeps();
	});

	it("are not given for a key or a secret that is not the client's, and no rule is broken by that", async () => {
		const [header, claims] = client.assertion().split('.');
		const [, , other] = client.assertion().split('.');
		expect((await client.askToken(client.form(`${header}.${claims}.${other}`))).status).toBe(401);
		expect((await client.askToken({ ...secret(), client_secret: 'other' })).status).toBe(401);
		await keeps();
	});

	it('end when they are revoked', async () => {
		await client.open('POST', '/sandbox/tokens/revoke');
		expect((await client.request('GET', '/bulk-v2/fhir/Group/group-small')).status).toBe(401);
		await client.signIn();
		expect((await client.request('GET', '/bulk-v2/fhir/Group/group-small')).status).toBe(200);
	});
});

test('a client signs with its own key, and a flag sets a setting', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'sandbox-standard-'));
	const privateKey = ecKey();
	const publicKey = createPublicKey(privateKey);
	const file = join(folder, 'jwks.json');
	const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'ours', alg: 'ES384' }] };
	writeFileSync(file, JSON.stringify(jwks));
	const other = await StandardClient.start('--client-jwks', file, '--no-match-answer', '422-html');
	try {
		const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
		const signed = other.assertion({ header: { kid: 'ours' }, key });
		expect((await other.askToken(other.form(signed))).status).toBe(200);
		expect((await other.askToken(other.form(other.assertion()))).status).toBe(401);
		expect((await other.open('GET', '/sandbox/jwks.json')).data).toEqual(jwks);
		expect((await other.open('GET', '/sandbox/settings')).data).toMatchObject({ noMatchAnswer: '422-html' });
	} finally {
		await other.payers.stop();
		rmSync(folder, { recursive: true });
	}
});

/** A request that breaks a rule: the line, what is wrong with it, the request. */
type Break = [line: CheckLine, sentence: string, act: () => Promise<unknown>];

const askWith = (changes: Parameters<StandardClient['assertion']>[0]) => async () => {
	const { status } = await client.askToken(client.form(client.assertion(changes)));
	expect(status).toBe(401);
};
const withForm = (change: (form: Record<string, string>) => Record<string, string>) => async () =>
	await client.askToken(change(client.form(client.assertion())));
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

const tokenBreaks: Break[] = [
	['A1', 'another grant', withForm((form) => ({ ...form, grant_type: 'password' }))],
	['A1', 'JSON', async () => await client.open('POST', '/auth/token', {}, client.form(client.assertion()))],
	[
		'A2',
		'a secret that is not form-encoded',
		async () => {
			const { clientId, clientSecret } = client.payers;
			const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
			await client.askToken({ grant_type: 'client_credentials', scope: 'x' }, { authorization });
		},
	],
	[
		'A3',
		'no client_id',
		async () => await client.askToken({ grant_type: 'client_credentials', scope: 'x', client_secret: 'x' }),
	],
	[
		'A4',
		'a token in the URL',
		async () => await client.request('GET', '/hrex-1.2/fhir/metadata?access_token=x'),
	],
	['A5', 'a scope with two spaces', withForm((form) => ({ ...form, scope: 'a  b' }))],
	[
		'A13',
		'discovery as FHIR',
		async () => {
			const accept = { accept: 'application/fhir+json' };
			await client.open('GET', '/hrex-1.2/fhir/.well-known/smart-configuration', accept);
		},
	],
	['A15', 'RS256', askWith({ alg: 'RS384', header: { alg: 'RS256' } })],
	['A15', 'no kid', askWith({ header: { kid: undefined } })],
	['A15', 'no typ', askWith({ header: { typ: undefined } })],
	['A16', 'another issuer', askWith({ claims: { iss: 'other' } })],
	['A16', 'the FHIR base as audience', askWith({ claims: { aud: 'https://payer.example/fhir' } })],
	['A17', 'an exp too far ahead', async () => await askWith({ claims: { exp: inSeconds(400) } })()],
	['A17', 'an exp that is over', async () => await askWith({ claims: { exp: inSeconds(-5) } })()],
	['A17', 'half a second', async () => await askWith({ claims: { exp: inSeconds(100) + 0.5 } })()],
	['A18', 'no jti', askWith({ claims: { jti: undefined } })],
	[
		'A18',
		'a jti again',
		async () => {
			await client.askToken(client.form(client.assertion({ claims: { jti: 'twice' } })));
			await askWith({ claims: { jti: 'twice' } })();
		},
	],
	['A19', 'another assertion type', withForm((form) => ({ ...form, client_assertion_type: 'jwt' }))],
	['A19', 'no scope', withForm(({ scope, ...form }) => (void scope, form))],
	['A20', 'an ES384 signature in ASN.1', askWith({ der: true })],
	['A21', 'another jku', askWith({ header: { jku: 'https://other.example/jwks.json' } })],
];

type Changes = { [Name in keyof MatchParts]?: object };

const matchWith =
	(changes: Changes, dialect: Dialect = 'hrex-1.2') =>
	async () => {
		const parts = hrexParts(small);
		const changed = Object.entries(parts).map(([name, resource]) => [
			name,
			{ ...resource, ...changes[name as keyof MatchParts] },
		]);
		const answer = await client.match(dialect, hrexBody(Object.fromEntries(changed) as MatchParts));
		expect(answer.status).toBe(400);
	};
const consent = hrexParts(small).Consent;
const provisionWith = (changes: object) =>
	matchWith({ Consent: { provision: { ...consent.provision, ...changes } } });
const matchBodyWith = (change: (parts: MatchParts) => object) => async () =>
	await client.match('hrex-1.2', hrexBody(change(hrexParts(small)) as MatchParts));
const umb = {
	coding: [{ system: 'http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp', code: 'UMB' }],
};
const otherPlan = { identifier: { system: 'http://hl7.org/fhir/sid/us-npi', value: '1999999984' } };
const matchPath = '/hrex-1.2/fhir/Patient/$member-match';

const matchBreaks: Break[] = [
	['B1', 'GET', async () => await client.request('GET', matchPath)],
	[
		'B1',
		'on one patient',
		async () => await client.request('POST', '/hrex-1.2/fhir/Patient/1/$member-match'),
	],
	['B2', '%24', async () => await client.request('POST', matchPath.replace('$', '%24'))],
	[
		'B3',
		'plain JSON',
		async () => {
			const headers = { 'content-type': 'application/json' };
			await client.match('hrex-1.2', hrexBody(hrexParts(small)), headers);
		},
	],
	['B4', 'another name', matchBodyWith((parts) => ({ ...parts, More: parts.Consent }))],
	[
		'B5',
		'memberPatient',
		async () => {
			const { MemberPatient: memberPatient, ...others } = hrexParts(small);
			await client.match('hrex-1.2', hrexBody({ memberPatient, ...others } as never));
		},
	],
	['B6', 'no resourceType', matchWith({ Consent: { resourceType: undefined } })],
	['B7', 'no given name', matchWith({ MemberPatient: { name: [{ family: 'W' }] } })],
	['B7', 'a day that is none', matchWith({ MemberPatient: { birthDate: '1984-02-30' } })],
	['B8', 'no gender', matchWith({ MemberPatient: { gender: undefined } })],
	['B8', 'no identifier at 1.0', matchWith({ MemberPatient: { identifier: [] } }, 'hrex-1.0')],
	[
		'B8',
		'no system at a 1.0 that asks for it',
		async () => {
			await client.set({ identifierSystem: 'required' });
			await matchWith({ MemberPatient: { identifier: [{ value: 'x' }] } }, 'hrex-1.0')();
		},
	],
	['B9', 'a UMB identifier', matchWith({ MemberPatient: { identifier: [{ type: umb, value: 'x' }] } })],
	['B10', 'two payors', matchWith({ CoverageToMatch: { payor: [otherPlan, otherPlan] } })],
	['B10', 'no status', matchWith({ CoverageToLink: { status: undefined } })],
	['B11', 'no identifier', matchWith({ CoverageToMatch: { identifier: undefined } })],
	[
		'B12',
		'two identifiers at 1.0',
		async () => {
			const { identifier = [] } = hrexParts(small).CoverageToMatch;
			await matchWith({ CoverageToMatch: { identifier: [...identifier, ...identifier] } }, 'hrex-1.0')();
		},
	],
	['B13', 'no relationship', matchWith({ CoverageToMatch: { relationship: undefined } })],
	['B14', 'another beneficiary', matchWith({ CoverageToLink: { beneficiary: { reference: 'Patient/x' } } })],
	['B14', 'an absolute patient', matchWith({ Consent: { patient: { reference: 'https://x/Patient/1' } } })],
	['B15', 'no CoverageToLink', matchBodyWith(({ CoverageToLink, ...parts }) => (void CoverageToLink, parts))],
	['B16', 'a network in CoverageToLink', matchWith({ CoverageToLink: { network: 'x' } })],
	['B17', 'a draft', matchWith({ Consent: { status: 'draft' } })],
	['B18', 'no scope', matchWith({ Consent: { scope: undefined } })],
	[
		'B18',
		'a category twice',
		matchWith({ Consent: { category: [consent.category[0], consent.category[0]] } }),
	],
	['B19', 'two performers', matchWith({ Consent: { performer: [consent.patient, consent.patient] } })],
	['B19', 'an attachment', matchWith({ Consent: { sourceAttachment: {} } })],
	['B20', 'another policy', matchWith({ Consent: { policy: [{ uri: 'https://x.example' }] } })],
	['B21', 'deny', provisionWith({ type: 'deny' })],
	['B21', 'an end before the start', provisionWith({ period: { start: '2030-01-01', end: '2026-01-01' } })],
	['B22', 'no performer', provisionWith({ actor: [consent.provision?.actor?.[1]] })],
	[
		'B22',
		'another payer as performer',
		provisionWith({
			actor: [{ ...consent.provision?.actor?.[0], reference: otherPlan }, consent.provision?.actor?.[1]],
		}),
	],
	['B23', 'no IRCP', provisionWith({ actor: [consent.provision?.actor?.[0]] })],
	['B24', 'no action', provisionWith({ action: [] })],
	['B25', 'a purpose', provisionWith({ purpose: [{ code: 'TREAT' }] })],
	[
		'B19',
		'a performer who is not there',
		matchWith({ Consent: { performer: [{ reference: '#representative' }] } }),
	],
	[
		'B26',
		'a representative elsewhere',
		matchWith({ Consent: { performer: [{ reference: 'RelatedPerson/r' }] } }),
	],
	[
		'B26',
		'a representative without a role',
		matchWith({
			Consent: {
				contained: [
					{ resourceType: 'RelatedPerson', id: 'r', patient: consent.patient, name: [{ family: 'Byron' }] },
				],
				performer: [{ reference: '#r' }],
			},
		}),
	],
	[
		'B33',
		'an export without a search',
		async () => await client.kickOff('/hrex-1.0/fhir/Patient/SYN-1004/$export'),
	],
	[
		'B33',
		'a search without a system',
		async () => await client.request('GET', '/hrex-1.0/fhir/Patient?identifier=x'),
	],
];

const withBundles = (change: (parts: MatchParts) => Array<Partial<MatchParts>>) => async () =>
	await client.bulkMatch('pdex-2.2', bulkBody(change(hrexParts(small))));

const bulkMatchBreaks: Break[] = [
	['C1', 'GET', async () => await client.request('GET', '/pdex-2.2/fhir/Group/$bulk-member-match')],
	[
		'C1',
		'no Prefer',
		async () => {
			const answer = await client.bulkMatch('pdex-2.2', bulkBody([hrexParts(small)]), { prefer: '' });
			expect(answer.status).toBe(400);
		},
	],
	['C2', 'no Consent', withBundles(({ Consent, ...parts }) => (void Consent, [parts]))],
	[
		'C2',
		'a member without a bundle',
		async () => await client.bulkMatch('pdex-2.2', hrexBody(hrexParts(small))),
	],
	['C3', 'an id twice', withBundles((parts) => [parts, parts])],
];

const groupExport = (dialect: Dialect) => `/${dialect}/fhir/Group/group-small/$export`;
const daVinci = '/pdex-2.2/fhir/Group/group-small/$davinci-data-export';
const asked =
	(query: string, dialect: Dialect = 'bulk-v2') =>
	async () =>
		await client.kickOff(`${groupExport(dialect)}?${query}`);
const posted =
	(path: string, ...parameter: object[]) =>
	async () =>
		await client.kickOff(path, parameter);
const encoded = encodeURIComponent;

const exportBreaks: Break[] = [
	[
		'D1',
		'Accept JSON',
		async () => await client.kickOff(groupExport('bulk-v2'), undefined, { accept: 'application/json' }),
	],
	['D2', 'no Prefer', async () => await client.kickOff(groupExport('bulk-v2'), undefined, { prefer: '' })],
	['D3', 'encoded twice', asked(`_type=${encoded(encoded('Patient,Coverage'))}`)],
	['D3', 'two filters in one', asked(`_typeFilter=${encoded('Encounter?date=ge2020,Condition?code=1')}`)],
	['D4', 'a date', asked('_since=2026-01-01')],
	['D4', 'no time zone', asked('_until=2026-01-01T00:00:00', 'bulk-v3')],
	['D5', 'patient by GET', asked('patient=Patient/SYN-1001')],
	[
		'D5',
		'patient as a text',
		posted(groupExport('bulk-v2'), { name: 'patient', valueString: 'Patient/SYN-1001' }),
	],
	['D5', 'parameters in the URL of a POST', posted(`${groupExport('bulk-v2')}?_type=Patient`)],
	['D6', 'GET', async () => await client.kickOff(groupExport('bulk-v4'))],
	['D6', 'a list', posted(groupExport('bulk-v4'), { name: '_type', valueString: 'Patient,Coverage' })],
	['D7', 'an include', asked(`_typeFilter=${encoded('Encounter?_include=Encounter:subject')}`)],
	['D14', 'GET', async () => await client.kickOff(daVinci)],
	['D14', 'no exportType', posted(daVinci)],
	[
		'D14',
		'a recent _since at first',
		posted('/pdex-2.2/fhir/Group/group-chinese/$davinci-data-export', exportType, {
			name: '_since',
			valueInstant: '2026-06-01T00:00:00Z',
		}),
	],
	[
		'E1',
		'Accept FHIR',
		async () => await client.status('/bulk-v2/jobs/x', { accept: 'application/fhir+json' }),
	],
	['E2', 'no token', async () => await client.open('GET', '/bulk-v2/jobs/x', { accept: 'application/json' })],
	['G1', 'no token', async () => await client.open('GET', '/bulk-v2/files/x/1.ndjson')],
	[
		'G2',
		'a token for an open file',
		async () => {
			await client.set({ fileAccess: 'open' });
			const headers = { accept: 'application/fhir+ndjson', 'accept-encoding': 'gzip' };
			await client.request('GET', '/bulk-v2/files/x/1.ndjson', headers);
		},
	],
	[
		'G3',
		'Accept JSON',
		async () => {
			const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
			await client.request('GET', '/bulk-v2/files/x/1.ndjson', headers);
		},
	],
	[
		'G4',
		'no gzip',
		async () => {
			const headers = { accept: 'application/fhir+ndjson', 'accept-encoding': 'identity' };
			await client.request('GET', '/bulk-v2/files/x/1.ndjson', headers);
		},
	],
	['H1', 'another address', async () => await client.request('DELETE', '/bulk-v2/files/x')],
	['H1', 'no token', async () => await client.open('DELETE', '/bulk-v2/jobs/x')],
];

const breaks = [...tokenBreaks, ...matchBreaks, ...bulkMatchBreaks, ...exportBreaks];

describe('the checks', () => {
	it.each(breaks)('%s sees %s', async (line, _, act) => {
		await act();
		expect(await client.lines()).toContain(line);
		// A request that breaks one rule is not taken for more, but where one thing is two faults.
		expect((await client.lines()).length).toBeLessThanOrEqual(2);
	});

	it('are all tried here', () => {
		expect([...new Set(breaks.map(([line]) => line))].sort()).toEqual(Object.keys(CHECKS).sort());
	});
});
