import axios from 'axios';
import type { LoadedType } from '../../../local-n8n/rest';
import { theBench } from '../bench';

const PACKAGE = 'n8n-nodes-payer-to-payer';
const NODES = [
	...['memberMatch', 'startExport', 'waitForExport', 'fetchBatch', 'readNdjsonFile'],
	...['fetchDocuments', 'fhirToTable', 'memberOutcomes', 'checkPayer'],
];

async function served(path: string) {
	return await axios.get<unknown>(`${theBench().n8n.url}/${path}`, { validateStatus: () => true });
}

async function iconsOf({ iconUrl }: LoadedType) {
	const { light, dark } = iconUrl as { light: string; dark: string };
	return await Promise.all([light, dark].map(served));
}

/** What n8n makes of the installed package before anything runs. */
export function loadedSuite(): void {
	describe('the installed package', () => {
		test('gives the nodes, each also as a tool for AI agents', async () => {
			const names = (await theBench().client.nodeTypes(PACKAGE)).map(({ name }) => name);
			expect(names.sort()).toEqual(
				NODES.flatMap((name) => [`${PACKAGE}.${name}`, `${PACKAGE}.${name}Tool`]).sort(),
			);
		});

		test('gives the credential type, with a Test button', async () => {
			const types = await theBench().client.credentialTypes();
			const found = types.find(({ name }) => name === 'oneUpHealthOAuth2Api');
			expect(found).toMatchObject({ displayName: '1upHealth Payer-to-Payer OAuth2 API' });
			expect(found).toHaveProperty('test');
		});

		test('serves the icons of nodes and credential, light and dark', async () => {
			const { client } = theBench();
			const nodes = await client.nodeTypes(PACKAGE);
			const credentials = (await client.credentialTypes()).filter(({ name }) => name.startsWith('oneUp'));
			const icons = (await Promise.all([...nodes, ...credentials].map(iconsOf))).flat();
			expect(icons).toHaveLength(2 * (2 * NODES.length + 1));
			for (const { status, data } of icons)
				expect([status, data]).toEqual([200, expect.stringMatching(/<svg/)]);
		});

		test.each(NODES)(
			'serves the output schema of %s, so that fields can be dragged before a run',
			async (node) => {
				const { status, data } = await served(`schemas/${PACKAGE}.${node}/1.0.0.json`);
				expect([status, data]).toEqual([200, expect.objectContaining({ type: 'object' })]);
			},
		);
	});
}
