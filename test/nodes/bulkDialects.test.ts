import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { rosterMembers } from '../../sandbox/members';
import type { Dialect } from '../../sandbox/standard/dialects';
import { runSteps, type EngineRun } from '../support/engine';
import { member, truth, typesOf } from '../support/expectations';
import { standardCredential, startStandardPayers, type StandardPayers } from '../support/standardSandbox';

let payers: StandardPayers;
beforeAll(async () => {
	payers = await startStandardPayers();
});
afterAll(async () => await payers.stop());
beforeEach(async () => await payers.reset());

const POST = { customRequests: true, kickOff: 'post' };
const POST_V4 = { customRequests: true, kickOff: 'postV4' };

interface Changes {
	credential?: ICredentialDataDecryptedObject;
	start?: IDataObject;
	fetch?: IDataObject;
}

/** An export of a known group or patient: started, waited for, and fetched. */
async function exported(dialect: Dialect, item: IDataObject, changes: Changes = {}): Promise<EngineRun> {
	const { credential, credentialType } = standardCredential(payers, dialect, 'basic', changes.credential);
	const sets = { payerApi: 'pdex', pdexAuthentication: credentialType };
	return await runSteps({
		items: [item],
		steps: [
			{ node: 'startExport', parameters: { ...sets, ...changes.start } },
			{ node: 'waitForExport', parameters: { ...sets, pollEvery: 1 } },
			{ node: 'fetchBatch', parameters: { ...sets, ...changes.fetch } },
		],
		credential,
		credentialType,
	});
}

/** Expects of each member all that the sandbox holds, and nothing of anybody else. */
function expectAllOf(resources: IDataObject[], keys: readonly string[]): void {
	let own = 0;
	for (const key of keys) {
		const { memberId, types } = truth(key);
		const ofMember = resources.filter(({ id }) => id === memberId || String(id).startsWith(`${memberId}-`));
		own += ofMember.length;
		expect([key, typesOf(ofMember)]).toEqual([key, types]);
	}
	expect(resources).toHaveLength(own);
}

const idOf = (key: string) => member(key).row.memberId;
const matched = rosterMembers.filter(({ outcome }) => outcome === 'matched').map(({ key }) => key);

describe.each<[dialect: Dialect, how: string, credential: ICredentialDataDecryptedObject]>([
	['pdex-2.1', 'as it offers', {}],
	['pdex-2.2', 'as it offers', {}],
	['bulk-v1', 'by GET', {}],
	['bulk-v2', 'by GET', {}],
	['bulk-v2', 'by POST', POST],
	['bulk-v3', 'by GET', {}],
	['bulk-v3', 'by POST', POST],
	['bulk-v4', 'by POST', POST_V4],
])('%s, asked %s', (dialect, _, credential) => {
	test.each<[sentence: string, item: IDataObject, keys: string[], missing: string[]]>([
		['a group of two', { groupId: 'group-small.accents' }, ['small', 'accents'], []],
		[
			'the group of all',
			{ groupId: 'group-roster' },
			matched,
			['partial'],
		],
		['a patient', { memberId: idOf('small'), patientId: idOf('small') }, ['small'], []],
	])('%s comes as it is', async (__, item, keys, missing) => {
		const run = await exported(dialect, item, { credential });
		expect(run.error).toBeUndefined();
		expectAllOf(run.json('fetchBatch'), keys);
		expect(run.json('waitForExport', 2).map(({ outcome }) => outcome)).toEqual(missing);
		expect(run.json('fetchBatch', 1).map(({ outcome }) => outcome)).not.toContain('partial');
		expect(await payers.violations()).toEqual([]);
	});
});
