/** What an id may look like to become a part of an address: nothing that could lead elsewhere. */
export const TENANT_FORM = /^(?!\.+$)[A-Za-z0-9._-]{1,100}$/;
export const GROUP_ID_FORM = /^(?!\.+$)[A-Za-z0-9._~-]{1,200}$/;
export const JOB_ID_FORM = /^(?!\.+$)[A-Za-z0-9._~-]{1,1000}$/;
