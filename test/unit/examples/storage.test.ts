/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleWorkflow } from '../../../demo/stage';

const FOLDER = join(__dirname, '..', '..', '..', 'examples');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface Example {
	nodes: Array<{ type: string; parameters: { content?: string } }>;
	settings: Record<string, unknown>;
	pinData?: object;
}

test('there are examples', () => expect(FILES.length).toBeGreaterThan(10));

test.each(FILES)(
	'D7 %s keeps nothing of a run that ended well, and a note says where to change it',
	(file) => {
		const { nodes, settings, pinData = {} } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Example;
		expect(settings).toMatchObject({
			saveDataSuccessExecution: 'none',
			// A run by hand, and what n8n stores after each node of a run that then ends well.
			saveManualExecutions: false,
			saveExecutionProgress: false,
		});
		expect(pinData).toEqual({});
		const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote'));
		const text = notes.map(({ parameters }) => parameters.content).join(' ');
		expect(text).toMatch(/What n8n keeps.*\*Settings\*.*\*Save successful production executions\*/);
	},
);

test('D7 the demo and the tests keep the runs, of synthetic members, and can take an example as it is', async () => {
	const kept = await exampleWorkflow('webhook.json', '1');
	expect(kept.settings).toMatchObject({ executionOrder: 'v1', saveDataSuccessExecution: 'all' });
	const shipped = await exampleWorkflow('webhook.json', '1', { asShipped: true });
	expect(shipped.settings).toMatchObject({ saveDataSuccessExecution: 'none', saveManualExecutions: false });
});
