import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { exchangeOfError } from '../shared/exchange/exchange';
import { showHints } from '../shared/n8n/hints';
import { placeResults, tryAsValue } from '../shared/n8n/items';
import { optionsOf } from '../shared/n8n/parameters';
import type { OpenConnection } from '../shared/payers/connection';
import { PAYER_CREDENTIALS, searchPlans } from '../shared/payers/form';
import { openPayers } from '../shared/payers/runPayers';
import { payerSubtitle } from '../shared/payers/subtitle';
import { grantHints } from '../shared/signIn/grantedScope';
import { memberMatchForm } from './form';
import { Roster } from './input/roster';
import { matchRows } from './matchRows';
import { exportHints, matchHints, NOT_MATCHED } from './outputs';

export class MemberMatch implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Member Match',
		name: 'memberMatch',
		icon: { light: 'file:memberMatch.svg', dark: 'file:memberMatch.dark.svg' },
		group: ['transform'],
		version: [1, 1.1],
		subtitle: payerSubtitle(
			'$parameter["inputMode"] === "resources" ? "from FHIR resources" : "from fields"',
		),
		description: 'Payer to payer, step 1 of 4: find a member at their other health plan (FHIR $member-match)',
		defaults: { name: 'Member Match' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Matched', 'Not Matched'],
		credentials: PAYER_CREDENTIALS,
		properties: memberMatchForm,
	};

	methods = { listSearch: { searchPlans } };

	/**
	 * Matches each input item once. All items are validated before the first request; if On Error is to stop and any item is
	 * invalid, nothing is sent.
	 */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = await tryAsValue(async () => {
			const payers = await openPayers(this);
			const isBulk = this.getNodeParameter('matchMode', 0, 'each') === 'together';
			return { roster: new Roster(this), payers, options: optionsOf(this, 0), isBulk };
		});
		const results = run instanceof Error ? this.getInputData().map(() => run) : await matchRows(this, run);
		const outputs = placeResults(this, results, {
			count: 2,
			error: NOT_MATCHED,
			errorAbout: (index) => exchangeOfError(this.getInputData()[index].json),
		});
		const opened = run instanceof Error ? [] : run.payers.opened();
		const needId = await Promise.all(opened.map(needsExportId));
		const columns = run instanceof Error ? [] : run.roster.use.hints(this.getInputData().length);
		showHints(this, [
			...matchHints(this, outputs),
			...columns,
			...(needId.includes(true) ? exportHints(outputs) : []),
			...opened.flatMap((connection) => grantHints(connection.reducedGrant())),
		]);
		return outputs;
	}
}

/** Whether exports of this payer need the id of a group or a patient. */
async function needsExportId(connection: OpenConnection): Promise<boolean> {
	return (await tryAsValue(() => connection.kickOffRequest({}, []))) instanceof Error;
}
