import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { SignInScheme } from '../../signIn/signIn';

/** A row of a payer directory, as text; a column that is empty is left out. */
export interface DirectoryRow {
	/** The key of the payer in the table. */
	key: string;
	/** What people call the payer. */
	name: string;
	npi?: string;
	fhirBaseUrl?: string;
	preset?: string;
	signIn?: string;
	clientId?: string;
	tokenUrl?: string;
	scope?: string;
	tenant?: string;
	fileHosts?: string;
	community?: string;
	/** First day on which the payer may be asked, `YYYY-MM-DD`. */
	validFrom?: string;
	contact?: string;
}

/** A way to sign in that a row can name. */
export interface DirectorySignIn {
	/** The words by which a row names it; the first is the one that the documentation has. */
	names: readonly string[];
	/** The credential type whose fields the row fills. */
	credentialType: string;
	scheme: SignInScheme;
	/** Whether it needs an entry among the secrets. */
	needsSecret: boolean;
	/** Whether the payer gives the Client ID when the client is registered there by a request. */
	registers?: boolean;
	/** Fields of the credential that only this way has. @param identity the fields of the directory that are the same for all payers */
	fieldsOf?(row: DirectoryRow, identity: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject;
	/** Looks at the fields without any network. @param identity as above, one object for all rows @throws Error that names the field to correct */
	check(credentials: ICredentialDataDecryptedObject, identity: ICredentialDataDecryptedObject): void;
}

/** A request by which a credential is tested; without a token, if it asks for one itself. */
export interface TestRequest {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	body?: string;
	withoutToken?: boolean;
}

/** What a payer kind says about the rows of a payer directory. */
export interface DirectorySupport {
	/** The words by which the column `preset` names a payer of this kind, and what they mean to it. */
	presets: ReadonlyMap<string, string>;
	/** Whether a row without a preset is of this kind. */
	isDefault?: boolean;
	/** The ways to sign in; the first is that of a row that names none. */
	signIns: readonly [DirectorySignIn, ...DirectorySignIn[]];
	/** What the Test of the directory asks for with a token: something that needs no member. */
	testRequest(credentials: ICredentialDataDecryptedObject): TestRequest;
	/** Columns that such a row must have. */
	needs: ReadonlyArray<keyof DirectoryRow>;
	/** Columns that mean nothing to it. */
	ignores: ReadonlyArray<keyof DirectoryRow>;
	/**
	 * The fields of the credential that a row makes, without the secret.
	 * @param identity the fields of the directory that are the same for all payers
	 * @param preset what the column `preset` means to this kind
	 */
	credentialOf(
		row: DirectoryRow,
		identity: ICredentialDataDecryptedObject,
		preset: string | undefined,
	): ICredentialDataDecryptedObject;
}
