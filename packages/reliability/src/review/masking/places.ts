/** Attributes that hold a program's own settings, as a map or as a list of name and value. */
const environments =
  /^(environment|environment_?variables?|runtime_environment_variables|env|env_?vars?|variables|build_environment_variables)$/i;

/** Attributes that hold name and value, of which the value is often a shared secret. */
const headers = /^(custom_header|http_header|request_headers?|setting|dynamic_setting|environment_variable)$/i;

/** Attributes whose text is a program, or is given to one. */
const scripts =
  /^(user_data|user_data_base64|user_data_replacement|custom_data|startup_script|cloud_init|template_body|command|entry_?point|args|code|content|content_base64|buildspec)$/i;

/** By type: attributes that are secret though nothing in their name says so. `*` is all of them. */
const byType: Readonly<Record<string, readonly string[]>> = {
  aws_appconfig_hosted_configuration_version: ["content"],
  aws_cloudformation_stack: ["parameters", "outputs"],
  aws_db_snapshot_copy: ["presigned_url"],
  aws_dms_endpoint: ["extra_connection_attributes"],
  aws_dynamodb_table_item: ["item"],
  aws_glue_connection: ["connection_properties"],
  aws_glue_job: ["default_arguments", "non_overridable_arguments"],
  aws_iam_access_key: ["secret", "ses_smtp_password_v4", "encrypted_secret"],
  aws_kinesis_firehose_delivery_stream: ["http_endpoint_configuration"],
  aws_lambda_invocation: ["input", "result"],
  aws_lightsail_database: ["master_password"],
  aws_secretsmanager_secret_version: ["secret_string", "secret_binary", "secret_string_wo"],
  aws_ssm_association: ["parameters"],
  aws_ssm_parameter: ["value", "insecure_value", "value_wo"],
  kubernetes_config_map: ["data", "binary_data"],
  kubernetes_secret: ["*"],
  kubernetes_secret_v1: ["*"],
  random_password: ["*"],
  random_string: ["result"],
  tls_private_key: ["*"],
  vault_generic_secret: ["*"],
};

export function holdsEnvironment(name: string): boolean {
  return environments.test(name);
}

export function holdsHeaders(name: string): boolean {
  return headers.test(name);
}

export function isScript(name: string): boolean {
  return scripts.test(name);
}

export function isSecretPlace(type: string, attribute: string): boolean {
  const named = Object.hasOwn(byType, type) ? (byType[type] ?? []) : [];
  return named.includes("*") || named.includes(attribute);
}
