import { NodeHelpers, type INode, type INodeTypeDescription } from 'n8n-workflow';
import { PAYER_KINDS } from '../../../../nodes/shared/payers';
import { credentialsOf } from '../../../../nodes/shared/payers/form';
import type { PayerKind } from '../../../../nodes/shared/payers/payerKind';

const [first, second] = PAYER_KINDS;
const way = (type: string) => ({ type, displayName: type, description: '' });
const kind = (name: string, ...types: string[]): PayerKind => ({
	...first,
	name,
	credentials: types.map(way),
});

/** The credential types that n8n shows for a node with these parameters. */
function shown(kinds: readonly PayerKind[], parameters: Record<string, string>): string[] {
	const node = { typeVersion: 1 } as INode;
	const nodeType = { properties: [] } as unknown as INodeTypeDescription;
	return credentialsOf(kinds)
		.filter((credential) => NodeHelpers.displayParameter(parameters, credential, node, nodeType))
		.map(({ name }) => name);
}

test('each payer shows its own credentials, and of several the chosen one', () => {
	expect(shown(PAYER_KINDS, { payerApi: first.name })).toEqual(first.credentials.map(({ type }) => type));
	for (const { type } of second.credentials) {
		const parameters = { payerApi: second.name, [`${second.name}Authentication`]: type };
		expect(shown(PAYER_KINDS, parameters)).toEqual([type]);
	}
});

describe('a credential type that several payers can use', () => {
	const kinds = [kind('one', 'shared'), kind('two', 'own', 'shared'), kind('three', 'other')];

	test('has one entry: n8n takes the first of a name and no other', () => {
		expect(credentialsOf(kinds).map(({ name }) => name)).toEqual(['shared', 'own', 'other']);
	});

	test.each([
		[{ payerApi: 'one' }, ['shared']],
		[{ payerApi: 'two', twoAuthentication: 'shared' }, ['shared']],
		[{ payerApi: 'two', twoAuthentication: 'own' }, ['own']],
		[{ payerApi: 'three' }, ['other']],
	])('%j shows %j', (parameters, expected) => {
		expect(shown(kinds, parameters as unknown as Record<string, string>)).toEqual(expected);
	});
});

test('a payer that is alone hides nothing', () => {
	expect(shown([kind('one', 'own')], { payerApi: 'one' })).toEqual(['own']);
});
