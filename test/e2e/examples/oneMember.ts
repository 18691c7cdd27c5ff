import axios from 'axios';
import { row } from '../../support/expectations';
import { theBench } from '../bench';
import { until } from '../workflows';
import { bringIn, filledIn, type ExampleNode } from './bringIn';

interface Field {
	fieldName: string;
}

/** The example "One member, by hand": the form as a browser sends it, and the page at the end. */
export function oneMemberExample(): void {
	let fields: string[];
	let address: string;
	let workflowId: string;
	beforeAll(async () => {
		const { nodes } = await filledIn('one-member.json');
		const form = (nodes as ExampleNode[]).find(({ type }) => type.endsWith('.formTrigger'));
		const { formFields, options } = form?.parameters as {
			formFields: { values: Field[] };
			options: { path: string };
		};
		fields = formFields.values.map(({ fieldName }) => fieldName);
		const { client, n8n } = theBench();
		workflowId = await bringIn('one-member.json', { asShipped: true });
		await client.activate(workflowId);
		address = `${n8n.url}/form/${options.path}`;
		await until('the form is there', async () => (await page(address)).status === 200);
	});

	test.each<[member: string, changes: object, says: RegExp[]]>([
		['small', {}, [/Outcome: complete \(31 resources\)/, /ExplanationOfBenefit 7/, /Nothing to do/]],
		['no-match', {}, [/Outcome: no-match/, /Compare name, birth date/]],
		['partial', {}, [/Outcome: partial/, /2 of 6 batches failed/, /start a new export later/]],
		['small', { consentEnd: '2026-01-02' }, [/Outcome: consent-not-in-force/, /consent/]],
		['small', { tenant: 'a b' }, [/Outcome: error/, /Tenant/]],
	])('one-member: %s %j', async (key, changes, says) => {
		const member: Record<string, unknown> = { ...row(key), requestedBy: 'The tester', ...changes };
		const form = new FormData();
		fields.forEach((name, index) => form.append(`field-${index}`, String(member[name])));
		const { data } = await axios.post<{ formWaitingUrl: string }>(address, form, { proxy: false });
		const status = new URL(data.formWaitingUrl);
		status.pathname += '/n8n-execution-status';
		await until('the page at the end', async () => (await page(status.href)).text === 'form-waiting');
		const { text: seen } = await page(data.formWaitingUrl);
		for (const each of says) expect(seen).toMatch(each);
	});

	test('D7 one-member: n8n keeps nothing of these runs', async () => {
		await until('the runs are gone', async () => (await keptRuns(workflowId)) === 0);
	});
}

/** How many executions of a workflow n8n keeps that ended well. */
async function keptRuns(workflowId: string): Promise<number> {
	const [[rows]] = await theBench().n8n.query(
		`SELECT count(*) FROM execution_entity WHERE "workflowId" = '${workflowId}' AND status = 'success' AND "deletedAt" IS NULL`,
	);
	return Number(rows);
}

async function page(url: string): Promise<{ status: number; text: string }> {
	const { status, data } = await axios.get<unknown>(url, {
		proxy: false,
		validateStatus: () => true,
		responseType: 'text',
	});
	return { status, text: String(data) };
}
