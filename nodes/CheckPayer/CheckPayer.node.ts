import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { showHints } from '../shared/n8n/hints';
import { asNodeError, tryAsValue } from '../shared/n8n/items';
import { isAgentTool } from '../shared/n8n/toolMode';
import { PAYER_CREDENTIALS } from '../shared/payers/form';
import { payerSubtitle } from '../shared/payers/subtitle';
import { checkPayerForm } from './form';
import { checkHints, rowForAgent } from './outputs';
import { checkedRows, registeredRows } from './rows';

export class CheckPayer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Check Payer',
		name: 'checkPayer',
		icon: { light: 'file:checkPayer.svg', dark: 'file:checkPayer.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: payerSubtitle('$parameter["operation"] === "register" ? "register" : "check"'),
		description:
			'Payer to payer: check whether a health plan can be asked, what it offers, and what is missing. Sends nothing about a member.',
		defaults: { name: 'Check Payer' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: PAYER_CREDENTIALS,
		properties: checkPayerForm,
	};

	/** Works once for the run, however many items come in: they say nothing about the payer. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const isRegistration = this.getNodeParameter('operation', 0, 'check') === 'register';
		const rows = await tryAsValue(async () => await (isRegistration ? registeredRows : checkedRows)(this));
		if (rows instanceof Error) throw asNodeError(this.getNode(), rows, 0);
		showHints(this, isRegistration ? [] : checkHints(rows));
		const isAgent = isAgentTool(this);
		return [rows.map((row) => ({ json: isAgent ? rowForAgent(row) : { ...row }, pairedItem: { item: 0 } }))];
	}
}
