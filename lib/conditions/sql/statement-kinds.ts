/** PostgreSQL's statements by the names of its syntax tree. What is not here is `other`, and dangerous. */
const KINDS: Record<string, string> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  TruncateStmt: 'truncate',
  CopyStmt: 'copy',
  CallStmt: 'call',
  DoStmt: 'do',
  ExplainStmt: 'explain',
  VariableSetStmt: 'set',
  VariableShowStmt: 'show',
  TransactionStmt: 'transaction',
  PrepareStmt: 'prepare',
  ExecuteStmt: 'execute',
  DeallocateStmt: 'deallocate',
  DeclareCursorStmt: 'declare',
  FetchStmt: 'fetch',
  ClosePortalStmt: 'close',
  LockStmt: 'lock',
  VacuumStmt: 'vacuum',
  ClusterStmt: 'vacuum',
  ReindexStmt: 'reindex',
  RefreshMatViewStmt: 'refresh',
  CommentStmt: 'comment',
  NotifyStmt: 'notify',
  ListenStmt: 'listen',
  UnlistenStmt: 'listen',
  LoadStmt: 'load',
  DiscardStmt: 'discard',
  CheckPointStmt: 'checkpoint',
  ConstraintsSetStmt: 'set',
  DropStmt: 'drop',
  DropdbStmt: 'drop',
  DropOwnedStmt: 'drop',
  DropRoleStmt: 'drop',
  DropSubscriptionStmt: 'drop',
  DropTableSpaceStmt: 'drop',
  DropUserMappingStmt: 'drop',
  RenameStmt: 'alter',
  ReassignOwnedStmt: 'alter',
  SecLabelStmt: 'alter',
  IndexStmt: 'create',
  ViewStmt: 'create',
  RuleStmt: 'create',
  DefineStmt: 'create',
  CompositeTypeStmt: 'create',
  ImportForeignSchemaStmt: 'create',
}

export function kindOf(name: string, node: Record<string, unknown>): string {
  if (name === 'GrantStmt' || name === 'GrantRoleStmt') return node.is_grant === true ? 'grant' : 'revoke'
  const known = KINDS[name]
  if (known) return known
  if (name.startsWith('Create')) return 'create'
  if (name.startsWith('Alter')) return 'alter'
  return 'other'
}

/** Statements that leave data as it was. */
export const READS = new Set(
  'select explain show fetch close declare transaction deallocate listen set prepare discard'.split(' '),
)

/** Statements that lose data, change who may do what, or run what nobody sees here. */
export const DANGEROUS_KINDS = new Set('drop truncate grant revoke do call execute load other unknown'.split(' '))

/** What an ALTER TABLE may do without being dangerous: it adds, or asks for more. */
export const HARMLESS_ALTERATIONS = new Set([
  'AT_AddColumn',
  'AT_AddConstraint',
  'AT_AddIndex',
  'AT_AttachPartition',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_SetStatistics',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_ValidateConstraint',
  'AT_EnableTrig',
  'AT_EnableRowSecurity',
  'AT_ForceRowSecurity',
])

/** ALTER and CREATE of these only add or rename; the rest change the server, its people or its code. */
export const HARMLESS_DEFINITIONS = new Set([
  'AlterTableStmt', // looked at command by command
  'AlterEnumStmt',
  'AlterSeqStmt',
  'RenameStmt',
  'IndexStmt',
  'ViewStmt',
  'CompositeTypeStmt',
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateSchemaStmt',
  'CreateSeqStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CreateRangeStmt',
  'CreateStatsStmt',
])

/** `SET` of these changes who one is, or what protects the data. */
export const DANGEROUS_SETTINGS = new Set([
  'role',
  'session_authorization',
  'session_replication_role',
  'row_security',
  'allow_system_table_mods',
])

/** Functions that do what no statement shows: end sessions, touch files, run text as SQL. */
export const DANGEROUS_FUNCTIONS = new Set(
  `pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_switch_wal pg_promote pg_wal_replay_pause
  pg_create_restore_point pg_drop_replication_slot pg_create_logical_replication_slot pg_create_physical_replication_slot
  pg_logical_emit_message pg_replication_origin_drop pg_stat_reset pg_stat_statements_reset
  pg_read_file pg_read_binary_file pg_ls_dir pg_ls_logdir pg_ls_waldir pg_ls_tmpdir pg_stat_file pg_current_logfile
  pg_file_write pg_file_unlink pg_file_rename pg_file_sync pg_logdir_ls pg_execute_server_program
  lo_import lo_export lo_unlink lo_put lo_truncate lo_from_bytea lo_create lo_creat lowrite
  dblink dblink_exec dblink_connect dblink_connect_u dblink_open dblink_send_query postgres_fdw_disconnect_all
  query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml schema_to_xml database_to_xml cursor_to_xml
  ts_stat crosstab crosstab2 crosstab3 crosstab4 connectby set_config
  load_file sys_exec sys_eval load_extension writefile edit fts3_tokenizer
  openrowset opendatasource openquery xp_cmdshell xp_regread xp_regwrite xp_dirtree sp_executesql sp_oacreate
  utl_file utl_http dbms_scheduler dbms_xslprocessor`.split(/\s+/),
)

/** Functions that write a little: a sequence moves on. */
export const WRITING_FUNCTIONS = new Set(['nextval', 'setval', 'pg_notify', 'txid_current', 'pg_current_xact_id'])
