import { exampleFiles } from '../../support/exampleFiles';

/** Every expression of the examples, as `type.parameter expression`, and why n8n leaves no other way. */
const EXPRESSIONS: Record<string, string[]> = {
	'a condition names its column by an expression, which is dragged there': [
		'if.leftValue ={{ $json.roster.filename }}',
		'switch.leftValue ={{ $json.type }}',
		'switch.leftValue ={{ $json.execution?.error?.node?.type }}',
		'switch.leftValue ={{ $json.execution?.error?.httpCode }}',
		'switch.leftValue ={{ $json.execution?.error?.message }} {{ $json.execution?.error?.description }}',
		'filter.leftValue ={{ $json.jobId }}',
		'filter.leftValue ={{ $json.outcome }}',
		'filter.leftValue ={{ $json.status }}',
		'filter.leftValue ={{ $json.review_action_code }}',
		'filter.leftValue ={{ $json.review_action_date }}',
		'filter.leftValue ={{ $json.period_end_date }}',
		'filter.leftValue ={{ $json.item_period_end_date }}',
		'filter.leftValue ={{ $json.last_updated }}',
	],
	'a condition on the day of the run': [
		'filter.rightValue ={{ $today.toISODate() }}',
		'filter.rightValue ={{ $now.minus({ months: 12 }).toISODate() }}',
	],
	'the row of a data table that belongs to an item is found by the item': [
		'dataTable.keyValue ={{ $json.memberId }}',
		'dataTable.keyValue ={{ $json.tenant }}',
		'dataTable.keyValue ={{ $json.resourceTypes }}',
		'dataTable.keyValue ={{ $json.exchangeId }}',
		'dataTable.keyValue ={{ $json.prior_authorization_key }}',
		'dataTable.keyValue ={{ $json.item_number }}',
		'dataTable.keyValue ={{ $json.payer }}',
		'dataTable.keyValue ={{ $json.payerKey }}',
		'dataTable.keyValue ={{ $json.status }}',
		'dataTable.keyValue ={{ $json.doesNotWork }}',
	],
	'Execute Query takes its values only from an expression': [
		'postgres.queryReplacement ={{ [$json.rows] }}',
		'postgres.queryReplacement ={{ [$json.table, $json.rows] }}',
		'postgres.queryReplacement ={{ [$json] }}',
		'postgres.queryReplacement ={{ [10] }}',
		'postgres.queryReplacement ={{ [$json.body.part] }}',
		"postgres.queryReplacement ={{ [$('One Part').first().json.body.part] }}",
		'postgres.queryReplacement ={{ [JSON.stringify($json.data)] }}',
		"postgres.queryReplacement ={{ [JSON.stringify($json.data), $('One Part').first().json.body.part] }}",
		'postgres.queryReplacement ={{ [JSON.stringify($json.body.members), $json.body.roster, $json.body.partSize ?? 50] }}',
	],
	'a request, a mail or a page says what the item says': [
		'httpRequest.body ={{ $json.bundle }}',
		'httpRequest.jsonBody ={{ $json }}',
		'httpRequest.jsonBody ={{ JSON.stringify({ part: $json.part }) }}',
		'httpRequest.value =n8n: "{{ $json.name }}" stopped at "{{ $json.lastNodeExecuted }}"\n{{ $json.message }} {{ $json.description }}\n{{ $json.whatToDo }}\n{{ $json.url }}',
		'emailSend.text =Services of open prior authorizations: {{ $json.count_prior_authorization_key }}, of members: {{ $json.unique_count_member_id }}. They are in the data table "Open prior authorizations".',
		'form.completionTitle =Outcome: {{ $json.outcome }} ({{ $json.resources }} resources)',
		'form.completionMessage ={{ $json.reason }} {{ $json.resourcesByType }} Next step: {{ $json.nextStep }}',
	],
	'a webhook puts the row into a field, and no node lifts an object out of one': [
		'set.jsonOutput ={{ $json.body }}',
	],
	'the number of the run is known only while it runs': [
		'set.value ={{ $execution.id }}',
		'convertToFile.fileName =evidence-{{ $execution.id }}-{{ $runIndex }}.csv',
		'respondToWebhook.responseBody ={{ JSON.stringify({ receipt: $execution.id, receivedAt: $now.toISO() }) }}',
	],
	'the workflow calls itself, or this n8n, under an id or address that it gets when it is imported': [
		'executeWorkflow.value ={{ $workflow.id }}',
		'toolWorkflow.value ={{ $workflow.id }}',
		"httpRequest.url ={{ $execution.resumeUrl.split('/webhook-waiting')[0] }}/webhook/roster-part",
	],
	'each member is asked for what is new since another time': [
		'startExport.since ={{ $json.since }}',
		'startExport.otherTypes ={{ $json.resourceTypes }}',
	],
	'what the language model chooses': [
		"waitForExportTool.tenant ={{ $fromAI('tenant', 'The tenant of the case', 'string') }}",
		"waitForExportTool.jobId ={{ $fromAI('jobId', 'The export job of the case; one of them where it has several', 'string') }}",
		"fetchBatchTool.url ={{ $fromAI('url', 'The address of the file, as look_at_export gave it', 'string') }}",
	],
};

/** The expressions in a value, with the name of the parameter that each is in. */
function expressionsIn(value: unknown, name = ''): string[] {
	if (typeof value === 'string') return value.startsWith('=') ? [`${name} ${value}`] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, each]) =>
		expressionsIn(each, Array.isArray(value) ? name : key),
	);
}

const nodes = exampleFiles().flatMap(({ file, nodes: all }) => all.map((node) => ({ file, ...node })));

test('no example has a Code node, or another one that runs code', () => {
	const withCode = nodes.filter(
		({ type, parameters }) => /code|function/i.test(type) || JSON.stringify(parameters).includes('jsCode'),
	);
	expect(withCode.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
	expect(nodes.filter(({ type, parameters }) => type === 'sort' && parameters.type === 'code')).toEqual([]);
});

test('an expression stands only where n8n leaves no other way', () => {
	const found = nodes.flatMap(({ type, parameters }) =>
		expressionsIn(parameters).map((each) => `${type}.${each}`),
	);
	expect([...new Set(found)].sort()).toEqual(Object.values(EXPRESSIONS).flat().sort());
});
