import { filledIn, type ExampleNode } from './bringIn';

const OURS = 'n8n-nodes-payer-to-payer.';
/** All outputs of a node, that of its errors included. */
const OUTPUTS: Record<string, number> = { memberMatch: 3, startExport: 3, waitForExport: 4, fetchBatch: 3 };
const WITH_FOUR_STEPS = [
	...['one-member.json', 'new-enrollees.json', 'webhook.json', 'long-export.json', 'fhir-server.json'],
	...['postgres-and-spreadsheet.json', 'quarterly.json', 'prior-authorizations.json', 'warehouse.json'],
	...['large-export.json', 'roster-to-fhir.json', 'evidence.json', 'many-payers.json'],
];
const ALL = [...WITH_FOUR_STEPS, 'ai-agent.json', 'error-workflow.json', 'payers-every-monday.json'];

/** What every example must have, whatever it does. */
export function wiringOfExamples(): void {
	test.each(WITH_FOUR_STEPS)('%s: every output of the four steps leads somewhere', async (file) => {
		const { nodes, connections } = await filledIn(file);
		const isStep = ({ type }: ExampleNode) => type.slice(OURS.length) in OUTPUTS;
		const ours = (nodes as ExampleNode[]).filter(isStep);
		expect(ours.map(({ type }) => type.slice(OURS.length)).sort()).toEqual(Object.keys(OUTPUTS).sort());
		for (const { name, type, onError } of ours) {
			expect([name, onError]).toEqual([name, 'continueErrorOutput']);
			const { main } = (connections as Record<string, { main: object[][] }>)[name];
			const wired = main.map((links) => links.length > 0);
			expect([name, wired]).toEqual([name, Array(OUTPUTS[type.slice(OURS.length)]).fill(true)]);
		}
	});

	test.each(ALL)('%s: explains itself, and brings no credential and no data along', async (file) => {
		const { nodes, pinData } = await filledIn(file, { credentialId: '' });
		const notes = (nodes as ExampleNode[]).filter(({ type }) => type.endsWith('.stickyNote'));
		const [{ parameters }] = notes.filter(({ name }) => name === 'What this does');
		expect(String(parameters.content)).toMatch(/^## .+\n[^]*\n1\. /);
		expect(pinData).toEqual({});
		for (const { credentials } of nodes as ExampleNode[]) {
			const ids = Object.values(credentials ?? {}).map(({ id }: { id: string }) => id);
			expect(ids.filter((id) => id !== '')).toEqual([]);
		}
	});
}
