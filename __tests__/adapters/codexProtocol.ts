/**
 * The official types of the Codex app-server's messages that the adapter reads, with all that they refer to: printed by
 * `codex app-server generate-ts` of @openai/codex 0.169.0 (Apache-2.0), comments left out. Not edited by hand.
 */
export type ServerNotification =
  | { method: 'error'; params: ErrorNotification }
  | { method: 'thread/started'; params: ThreadStartedNotification }
  | { method: 'thread/status/changed'; params: ThreadStatusChangedNotification }
  | { method: 'thread/closed'; params: ThreadClosedNotification }
  | { method: 'turn/started'; params: TurnStartedNotification }
  | { method: 'turn/completed'; params: TurnCompletedNotification }
  | { method: 'turn/diff/updated'; params: TurnDiffUpdatedNotification }
  | { method: 'turn/plan/updated'; params: TurnPlanUpdatedNotification }
  | { method: 'item/started'; params: ItemStartedNotification }
  | { method: 'item/completed'; params: ItemCompletedNotification }
  | { method: 'item/agentMessage/delta'; params: AgentMessageDeltaNotification }
  | { method: 'item/plan/delta'; params: PlanDeltaNotification }
  | { method: 'item/commandExecution/outputDelta'; params: CommandExecutionOutputDeltaNotification }
  | { method: 'item/fileChange/patchUpdated'; params: FileChangePatchUpdatedNotification }
  | { method: 'serverRequest/resolved'; params: ServerRequestResolvedNotification }
  | { method: 'item/mcpToolCall/progress'; params: McpToolCallProgressNotification }
  | { method: 'item/reasoning/summaryTextDelta'; params: ReasoningSummaryTextDeltaNotification }
  | { method: 'item/reasoning/textDelta'; params: ReasoningTextDeltaNotification }

export type ServerRequest =
  | {
      method: 'item/commandExecution/requestApproval'
      id: RequestId
      params: CommandExecutionRequestApprovalParams
    }
  | { method: 'item/fileChange/requestApproval'; id: RequestId; params: FileChangeRequestApprovalParams }
  | { method: 'item/tool/requestUserInput'; id: RequestId; params: ToolRequestUserInputParams }
  | { method: 'mcpServer/elicitation/request'; id: RequestId; params: McpServerElicitationRequestParams }
  | { method: 'item/permissions/requestApproval'; id: RequestId; params: PermissionsRequestApprovalParams }

export type TurnStartedNotification = { threadId: string; turn: Turn }
export type Turn = {
  id: string
  rootTurnId: string | null
  items: Array<ThreadItem>
  itemsView: TurnItemsView
  status: TurnStatus
  error: TurnError | null
  startedAt: number | null
  completedAt: number | null
  durationMs: number | null
}
export type ThreadItem = {
  startedAtMs?: number | null
  completedAtMs?: number | null
} & (
  | { type: 'userMessage'; id: string; clientId: string | null; content: Array<UserInput> }
  | { type: 'hookPrompt'; id: string; fragments: Array<HookPromptFragment> }
  | {
      type: 'agentMessage'
      moderation: AgentMessageModeration | null
      id: string
      text: string
      phase: MessagePhase | null
      memoryCitation: MemoryCitation | null
      delivery: AgentMessageDelivery | null
      questions: Array<AsyncUserInputQuestion> | null
    }
  | {
      type: 'functionCallOutput'
      id: string
      name: string
      namespace: string | null
      output: FunctionCallOutputBody
    }
  | { type: 'plan'; id: string; text: string }
  | { type: 'reasoning'; id: string; summary: Array<string>; content: Array<string> }
  | {
      type: 'commandExecution'
      id: string
      pluginId: string | null
      scriptPath: string | null
      command: string
      cwd: LegacyAppPathString
      processId: string | null
      source: CommandExecutionSource
      status: CommandExecutionStatus
      commandActions: Array<CommandAction>
      aggregatedOutput: string | null
      exitCode: number | null
      durationMs: number | null
    }
  | { type: 'fileChange'; id: string; changes: Array<FileUpdateChange>; status: PatchApplyStatus }
  | {
      type: 'mcpToolCall'
      id: string
      server: string
      tool: string
      status: McpToolCallStatus
      arguments: JsonValue
      appContext: McpToolCallAppContext | null
      mcpAppResourceUri?: string
      mcpAppUi: McpAppUi | null
      pluginId: string | null
      readOnlyHint: boolean | null
      result: McpToolCallResult | null
      error: McpToolCallError | null
      durationMs: number | null
    }
  | {
      type: 'dynamicToolCall'
      id: string
      namespace: string | null
      tool: string
      arguments: JsonValue
      status: DynamicToolCallStatus
      contentItems: Array<DynamicToolCallOutputContentItem> | null
      success: boolean | null
      durationMs: number | null
    }
  | {
      type: 'collabAgentToolCall'
      id: string
      tool: CollabAgentTool
      status: CollabAgentToolCallStatus
      senderThreadId: string
      receiverThreadIds: Array<string>
      prompt: string | null
      model: string | null
      reasoningEffort: ReasoningEffort | null
      agentsStates: { [key in string]?: CollabAgentState }
    }
  | {
      type: 'subAgentActivity'
      model: string | null
      reasoningEffort: ReasoningEffort | null
      id: string
      kind: SubAgentActivityKind
      agentThreadId: string
      agentPath: string
    }
  | ({ type: 'webSearch' } & WebSearchItem)
  | { type: 'imageView'; id: string; path: LegacyAppPathString }
  | ({ type: 'sleep' } & SleepItem)
  | ({ type: 'imageGeneration' } & ImageGenerationItem)
  | { type: 'enteredReviewMode'; id: string; review: string }
  | { type: 'exitedReviewMode'; id: string; review: string }
  | { type: 'contextCompaction'; id: string }
)
export type FunctionCallOutputBody = string | Array<FunctionCallOutputContentItem>
export type FunctionCallOutputContentItem =
  | { type: 'input_text'; text: string }
  | ({ type: 'input_image'; detail?: ImageDetail } & ({ image_url: string } | { file_id: string }))
  | ({ type: 'input_audio' } & ({ audio_url: string } | { file_id: string }))
  | { type: 'encrypted_content'; encrypted_content: string }
export type ImageDetail = 'auto' | 'low' | 'high' | 'original'
export type ImageGenerationItem = {
  id: string
  status: string
  revisedPrompt: string | null
  transparentBackground?: boolean
  failure: ImageGenerationFailure | null
  savedPath?: AbsolutePathBuf
  inputImages?: Array<ImageGenerationInputImage>
  generationId: string | null
} & ({ fileId: string } | { result: string })
export type AbsolutePathBuf = string
export type ImageGenerationFailure = { type: 'usageLimitExceeded'; limitId: string; resetsAt: number | null }
export type ImageGenerationInputImage = { path: AbsolutePathBuf; sha256: string }
export type LegacyAppPathString = string
export type MessagePhase = 'commentary' | 'partial_answer' | 'final_answer'
export type ReasoningEffort = string
export type SleepItem = { id: string; durationMs: number }
export type WebSearchItem = {
  id: string
  query: string
  action: WebSearchAction | null
  results: Array<JsonValue> | null
}
export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null
export type WebSearchAction =
  | { type: 'search'; query: string | null; queries: Array<string> | null }
  | { type: 'openPage'; url: string | null }
  | { type: 'findInPage'; url: string | null; pattern: string | null }
  | { type: 'other' }
export type AgentMessageDelivery = 'async'
export type AgentMessageModeration = { moderated: boolean; display: AgentMessageDisplay | null }
export type AgentMessageDisplay = {
  action: string
  blockType: string | null
  cyberTrustedAccess: boolean | null
  checkTrustedContacts: boolean | null
}
export type AsyncUserInputQuestion = { title: string; options: Array<string> | null }
export type CollabAgentState = { status: CollabAgentStatus; message: string | null }
export type CollabAgentStatus =
  'pendingInit' | 'running' | 'interrupted' | 'completed' | 'errored' | 'shutdown' | 'notFound'
export type CollabAgentTool =
  | 'spawnAgent'
  | 'sendInput'
  | 'resumeAgent'
  | 'wait'
  | 'closeAgent'
  | 'sendMessage'
  | 'followupTask'
  | 'interruptAgent'
  | 'listAgents'
export type CollabAgentToolCallStatus = 'inProgress' | 'completed' | 'failed' | 'interrupted'
export type CommandAction =
  | { type: 'read'; command: string; name: string; path: LegacyAppPathString }
  | { type: 'listFiles'; command: string; path: string | null }
  | { type: 'search'; command: string; query: string | null; path: string | null }
  | { type: 'unknown'; command: string }
export type CommandExecutionSource = 'agent' | 'userShell' | 'unifiedExecStartup' | 'unifiedExecInteraction'
export type CommandExecutionStatus = 'inProgress' | 'completed' | 'failed' | 'declined'
export type DynamicToolCallOutputContentItem =
  | { type: 'inputText'; text: string }
  | { type: 'inputImage'; imageUrl: string }
  | { type: 'inputAudio'; audioUrl: string }
export type DynamicToolCallStatus = 'inProgress' | 'completed' | 'failed'
export type FileUpdateChange = { path: string; kind: PatchChangeKind; diff: string }
export type PatchChangeKind =
  { type: 'add' } | { type: 'delete' } | { type: 'update'; move_path: string | null }
export type HookPromptFragment = { text: string; hookRunId: string }
export type McpAppUi = { resourceUri: string; preferredModelDisplayMode: McpAppDisplayMode }
export type McpAppDisplayMode = 'inline' | 'fullscreen'
export type McpToolCallAppContext = {
  connectorId: string
  linkId: string | null
  resourceUri: string | null
  appName: string | null
  actionName: string | null
}
export type McpToolCallError = { message: string }
export type McpToolCallResult = {
  content: Array<JsonValue>
  structuredContent: JsonValue | null
  _meta: JsonValue | null
}
export type McpToolCallStatus = 'inProgress' | 'completed' | 'failed'
export type MemoryCitation = { entries: Array<MemoryCitationEntry>; threadIds: Array<string> }
export type MemoryCitationEntry = { path: string; lineStart: number; lineEnd: number; note: string }
export type PatchApplyStatus = 'inProgress' | 'completed' | 'failed' | 'declined'
export type SubAgentActivityKind = 'started' | 'interacted' | 'interrupted' | 'completed'
export type UserInput =
  | { type: 'text'; text: string; text_elements: Array<TextElement> }
  | ({ type: 'image'; detail?: ImageDetail } & ({ url: string } | { fileId: string }))
  | { type: 'localImage'; detail?: ImageDetail; path: string }
  | ({ type: 'audio' } & ({ url: string } | { fileId: string }))
  | { type: 'localAudio'; path: string }
  | { type: 'skill'; name: string; path: string }
  | { type: 'mention'; name: string; path: string }
export type TextElement = {
  byteRange: ByteRange
  placeholder: string | null
}
export type ByteRange = { start: number; end: number }
export type TurnError = {
  message: string
  codexErrorInfo: CodexErrorInfo | null
  additionalDetails: string | null
  misalignment: MisalignmentErrorDetails | null
}
export type CodexErrorInfo =
  | 'contextWindowExceeded'
  | 'sessionBudgetExceeded'
  | 'usageLimitExceeded'
  | 'rateLimitExceeded'
  | 'flexUnavailable'
  | 'serverOverloaded'
  | 'modelNotFound'
  | 'policyCapacityUnavailable'
  | 'inferenceHookDenied'
  | 'cyberPolicy'
  | 'misalignmentPolicyViolation'
  | 'tooManyDenials'
  | { httpConnectionFailed: { httpStatusCode: number | null } }
  | { responseStreamConnectionFailed: { httpStatusCode: number | null } }
  | 'internalServerError'
  | 'unauthorized'
  | 'badRequest'
  | 'threadRollbackFailed'
  | 'sandboxError'
  | { responseStreamDisconnected: { httpStatusCode: number | null } }
  | { responseTooManyFailedAttempts: { httpStatusCode: number | null } }
  | { activeTurnNotSteerable: { turnKind: NonSteerableTurnKind } }
  | 'other'
  | string
  | { [key: string]: unknown }
export type NonSteerableTurnKind = 'review' | 'compact'
export type MisalignmentErrorDetails = {
  errorType: string | null
  detailedExplanation: string | null
  steer: MisalignmentSteer | null
  reviewTarget?: string | null
}
export type MisalignmentSteer = { message: string }
export type TurnItemsView = 'notLoaded' | 'summary' | 'full'
export type TurnStatus = 'completed' | 'interrupted' | 'failed' | 'inProgress'
export type TurnCompletedNotification = { threadId: string; turn: Turn }
export type ErrorNotification = { error: TurnError; willRetry: boolean; threadId: string; turnId: string }
export type ThreadStartedNotification = { thread: Thread }
export type Thread = {
  id: string
  sessionId: string
  forkedFromId: string | null
  parentThreadId: string | null
  preview: string
  ephemeral: boolean
  section: ThreadSection | null
  sectionEnteredAt: number | null
  projectId: string | null
  historyMode: ThreadHistoryMode
  modelProvider: string
  model: string | null
  reasoningEffort: ReasoningEffort | null
  createdAt: number
  updatedAt: number
  recencyAt: number | null
  status: ThreadStatus
  path: string | null
  cwd: AbsolutePathBuf
  cliVersion: string
  originator: string | null
  source: SessionSource
  threadSource: ThreadSource | null
  agentNickname: string | null
  agentRole: string | null
  gitInfo: GitInfo | null
  name: string | null
  turns: Array<Turn>
}
export type GitInfo = { sha: string | null; branch: string | null; originUrl: string | null }
export type SessionSource =
  'cli' | 'vscode' | 'exec' | 'appServer' | { custom: string } | { subAgent: SubAgentSource } | 'unknown'
export type SubAgentSource =
  | 'review'
  | 'compact'
  | {
      thread_spawn: {
        parent_thread_id: ThreadId
        depth: number
        agent_path: AgentPath | null
        agent_nickname: string | null
        agent_role: string | null
      }
    }
  | 'memory_consolidation'
  | { other: string }
export type AgentPath = string
export type ThreadId = string
export type ThreadHistoryMode = 'legacy' | 'paginated'
export type ThreadSection = {
  id: string
  name: string
  appearance: ThreadSectionAppearance | null
}
export type ThreadSectionAppearance = { icon: string | null; color: string | null }
export type ThreadSource = string
export type ThreadStatus =
  | { type: 'notLoaded' }
  | { type: 'idle' }
  | { type: 'systemError' }
  | { type: 'active'; activeFlags: Array<ThreadActiveFlag> }
export type ThreadActiveFlag = 'waitingOnApproval' | 'waitingOnUserInput'
export type ThreadStatusChangedNotification = { threadId: string; status: ThreadStatus }
export type ThreadClosedNotification = { threadId: string }
export type ItemStartedNotification = {
  item: ThreadItem
  threadId: string
  turnId: string
  startedAtMs: number
}
export type ItemCompletedNotification = {
  item: ThreadItem
  threadId: string
  turnId: string
  contentTokenCount?: number | null
  completedAtMs: number
}
export type ServerRequestResolvedNotification = { threadId: string; requestId: RequestId }
export type RequestId = string | number
export type AgentMessageDeltaNotification = {
  threadId: string
  turnId: string
  itemId: string
  delta: string
}
export type PlanDeltaNotification = { threadId: string; turnId: string; itemId: string; delta: string }
export type ReasoningTextDeltaNotification = {
  threadId: string
  turnId: string
  itemId: string
  delta: string
  contentIndex: number
}
export type ReasoningSummaryTextDeltaNotification = {
  threadId: string
  turnId: string
  itemId: string
  delta: string
  summaryIndex: number
}
export type CommandExecutionOutputDeltaNotification = {
  threadId: string
  turnId: string
  itemId: string
  delta: string
}
export type FileChangePatchUpdatedNotification = {
  threadId: string
  turnId: string
  itemId: string
  changes: Array<FileUpdateChange>
}
export type McpToolCallProgressNotification = {
  threadId: string
  turnId: string
  itemId: string
  message: string
}
export type TurnPlanUpdatedNotification = {
  threadId: string
  turnId: string
  explanation: string | null
  plan: Array<TurnPlanStep>
}
export type TurnPlanStep = { step: string; status: TurnPlanStepStatus }
export type TurnPlanStepStatus = 'pending' | 'inProgress' | 'completed'
export type TurnDiffUpdatedNotification = { threadId: string; turnId: string; diff: string }
export type CommandExecutionRequestApprovalParams = {
  kind: CommandExecutionApprovalKind
  threadId: string
  turnId: string
  itemId: string
  startedAtMs: number
  approvalId?: string | null
  environmentId: string | null
  reason?: string | null
  networkApprovalContext?: NetworkApprovalContext | null
  command?: string | null
  cwd?: LegacyAppPathString | null
  commandActions?: Array<CommandAction> | null
  proposedExecpolicyAmendment?: ExecPolicyAmendment | null
  proposedNetworkPolicyAmendments?: Array<NetworkPolicyAmendment> | null
}
export type CommandExecutionApprovalKind = 'command' | 'humanCommand' | 'writeStdin'
export type ExecPolicyAmendment = Array<string>
export type NetworkApprovalContext = { host: string; protocol: NetworkApprovalProtocol }
export type NetworkApprovalProtocol = 'http' | 'https' | 'socks5Tcp' | 'socks5Udp'
export type NetworkPolicyAmendment = { host: string; action: NetworkPolicyRuleAction }
export type NetworkPolicyRuleAction = 'allow' | 'deny'
export type FileChangeRequestApprovalParams = {
  threadId: string
  turnId: string
  itemId: string
  startedAtMs: number
  reason?: string | null
  grantRoot?: string | null
}
export type PermissionsRequestApprovalParams = {
  threadId: string
  turnId: string
  itemId: string
  environmentId: string | null
  startedAtMs: number
  cwd: LegacyAppPathString
  reason: string | null
  permissions: RequestPermissionProfile
}
export type RequestPermissionProfile = {
  network: AdditionalNetworkPermissions | null
  fileSystem: AdditionalFileSystemPermissions | null
}
export type AdditionalFileSystemPermissions = {
  read: Array<LegacyAppPathString> | null
  write: Array<LegacyAppPathString> | null
  globScanMaxDepth?: number
  entries?: Array<FileSystemSandboxEntry>
}
export type FileSystemSandboxEntry = { path: FileSystemPath; access: FileSystemAccessMode }
export type FileSystemAccessMode = 'read' | 'write' | 'deny'
export type FileSystemPath =
  | { type: 'path'; path: LegacyAppPathString }
  | { type: 'glob_pattern'; pattern: string }
  | { type: 'special'; value: FileSystemSpecialPath }
export type FileSystemSpecialPath =
  | { kind: 'root' }
  | { kind: 'minimal' }
  | { kind: 'project_roots'; subpath: LegacyAppPathString | null }
  | { kind: 'tmpdir' }
  | { kind: 'slash_tmp' }
  | { kind: 'unknown'; path: string; subpath: LegacyAppPathString | null }
export type AdditionalNetworkPermissions = { enabled: boolean | null }
export type ToolRequestUserInputParams = {
  threadId: string
  turnId: string
  itemId: string
  questions: Array<ToolRequestUserInputQuestion>
  isBlocking: boolean
  autoResolutionMs: number | null
}
export type ToolRequestUserInputQuestion = {
  id: string
  header: string
  question: string
  isOther: boolean
  isSecret: boolean
  options: Array<ToolRequestUserInputOption> | null
}
export type ToolRequestUserInputOption = { label: string; description: string }
export type McpServerElicitationRequestParams = {
  threadId: string
  turnId: string | null
  serverName: string
} & (
  | { mode: 'form'; _meta: JsonValue | null; message: string; requestedSchema: McpElicitationSchema }
  | { mode: 'openai/form'; _meta: JsonValue | null; message: string; requestedSchema: JsonValue }
  | { mode: 'openaiForm'; _meta: JsonValue | null; message: string; requestedSchema: JsonValue }
  | { mode: 'url'; _meta: JsonValue | null; message: string; url: string; elicitationId: string }
)
export type McpElicitationSchema = {
  $schema?: string
  type: McpElicitationObjectType
  properties: { [key in string]?: McpElicitationPrimitiveSchema }
  required?: Array<string>
}
export type McpElicitationObjectType = 'object'
export type McpElicitationPrimitiveSchema =
  | McpElicitationEnumSchema
  | McpElicitationStringSchema
  | McpElicitationNumberSchema
  | McpElicitationBooleanSchema
export type McpElicitationBooleanSchema = {
  type: McpElicitationBooleanType
  title?: string
  description?: string
  default?: boolean
}
export type McpElicitationBooleanType = 'boolean'
export type McpElicitationEnumSchema =
  | McpElicitationSingleSelectEnumSchema
  | McpElicitationMultiSelectEnumSchema
  | McpElicitationLegacyTitledEnumSchema
export type McpElicitationLegacyTitledEnumSchema = {
  type: McpElicitationStringType
  title?: string
  description?: string
  enum: Array<string>
  enumNames?: Array<string>
  default?: string
}
export type McpElicitationStringType = 'string'
export type McpElicitationMultiSelectEnumSchema =
  McpElicitationUntitledMultiSelectEnumSchema | McpElicitationTitledMultiSelectEnumSchema
export type McpElicitationTitledMultiSelectEnumSchema = {
  type: McpElicitationArrayType
  title?: string
  description?: string
  minItems?: bigint
  maxItems?: bigint
  items: McpElicitationTitledEnumItems
  default?: Array<string>
}
export type McpElicitationArrayType = 'array'
export type McpElicitationTitledEnumItems = { anyOf: Array<McpElicitationConstOption> }
export type McpElicitationConstOption = { const: string; title: string }
export type McpElicitationUntitledMultiSelectEnumSchema = {
  type: McpElicitationArrayType
  title?: string
  description?: string
  minItems?: bigint
  maxItems?: bigint
  items: McpElicitationUntitledEnumItems
  default?: Array<string>
}
export type McpElicitationUntitledEnumItems = { type: McpElicitationStringType; enum: Array<string> }
export type McpElicitationSingleSelectEnumSchema =
  McpElicitationUntitledSingleSelectEnumSchema | McpElicitationTitledSingleSelectEnumSchema
export type McpElicitationTitledSingleSelectEnumSchema = {
  type: McpElicitationStringType
  title?: string
  description?: string
  oneOf: Array<McpElicitationConstOption>
  default?: string
}
export type McpElicitationUntitledSingleSelectEnumSchema = {
  type: McpElicitationStringType
  title?: string
  description?: string
  enum: Array<string>
  default?: string
}
export type McpElicitationNumberSchema = {
  type: McpElicitationNumberType
  title?: string
  description?: string
  minimum?: number
  maximum?: number
  default?: number
}
export type McpElicitationNumberType = 'number' | 'integer'
export type McpElicitationStringSchema = {
  type: McpElicitationStringType
  title?: string
  description?: string
  minLength?: number
  maxLength?: number
  format?: McpElicitationStringFormat
  default?: string
}
export type McpElicitationStringFormat = 'email' | 'uri' | 'date' | 'date-time'
export type ThreadReadResponse = { thread: Thread }
export type ThreadTurnsListResponse = {
  data: Array<Turn>
  nextCursor: string | null
  backwardsCursor: string | null
}
export type ThreadListResponse = {
  data: Array<Thread>
  nextCursor: string | null
  backwardsCursor: string | null
}
