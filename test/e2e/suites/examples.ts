import { agentExample } from '../examples/agent';
import { errorWorkflowExample } from '../examples/errorWorkflow';
import { evidenceExample } from '../examples/evidence';
import { intoFhirServerExample } from '../examples/intoFhirServer';
import { intoPostgresExample } from '../examples/intoPostgres';
import { largeExportExample } from '../examples/largeExport';
import { longExportExample } from '../examples/longExport';
import { newEnrolleesExample } from '../examples/newEnrollees';
import { oneMemberExample } from '../examples/oneMember';
import { payersEveryMondayExample } from '../examples/payersEveryMonday';
import { priorAuthorizationsExample } from '../examples/priorAuthorizations';
import { quarterlyExample } from '../examples/quarterly';
import { warehouseExample } from '../examples/warehouse';
import { webhookExample } from '../examples/webhook';
import { wiringOfExamples } from '../examples/wiring';

/** The workflows of examples/, each run in n8n as a person would run it after filling in what its note says. */
export function examplesSuite(): void {
	describe('examples', () => {
		// The pause of this one goes on while the others run.
		const checkLongExport = longExportExample();
		describe('wiring', wiringOfExamples);
		describe('one-member', oneMemberExample);
		describe('new-enrollees', newEnrolleesExample);
		describe('webhook', webhookExample);
		describe('fhir-server', intoFhirServerExample);
		describe('postgres-and-spreadsheet', intoPostgresExample);
		describe('large-export', largeExportExample);
		describe('warehouse', warehouseExample);
		describe('evidence', evidenceExample);
		describe('prior-authorizations', priorAuthorizationsExample);
		describe('quarterly', quarterlyExample);
		describe('payers-every-monday', payersEveryMondayExample);
		describe('ai-agent', agentExample);
		describe('error-workflow', errorWorkflowExample);
		checkLongExport();
	});
}
