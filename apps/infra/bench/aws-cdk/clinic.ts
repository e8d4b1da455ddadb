import { Duration, RemovalPolicy, Stack, type StackProps, Tags } from "aws-cdk-lib";
import { AutoScalingGroup } from "aws-cdk-lib/aws-autoscaling";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import {
  GatewayVpcEndpointAwsService,
  InstanceType,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  LaunchTemplate,
  SecurityGroup,
  SubnetType,
  UserData,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Repository, TagMutability } from "aws-cdk-lib/aws-ecr";
import {
  AmiHardwareType,
  AsgCapacityProvider,
  Cluster,
  ContainerImage,
  ContainerInsights,
  Ec2Service,
  Ec2TaskDefinition,
  EcsOptimizedImage,
  LogDrivers,
  NetworkMode,
  PlacementStrategy,
  Secret as TaskSecret,
} from "aws-cdk-lib/aws-ecs";
import { FileSystem, LifecyclePolicy, ThroughputMode } from "aws-cdk-lib/aws-efs";
import {
  type ApplicationListener,
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  MysqlEngineVersion,
  ParameterGroup,
} from "aws-cdk-lib/aws-rds";
import { ARecord, PublicHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { LoadBalancerTarget } from "aws-cdk-lib/aws-route53-targets";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

interface NetworkProps extends StackProps {
  readonly cidr: string;
}

interface InVpcProps extends StackProps {
  readonly vpc: Vpc;
}

interface EdgeProps extends InVpcProps {
  readonly domain: string;
}

interface ServiceProps extends InVpcProps {
  readonly data: DataStack;
  readonly edge: EdgeStack;
}

/** The clinic's network: three tiers in two zones, NAT per zone, endpoints, flow logs. */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id, props);
    this.vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr(props.cidr),
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      natGateways: 2,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 24 },
        { name: "app", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: "data", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } },
      flowLogs: { all: {} },
    });
    this.vpc.addInterfaceEndpoint("Secrets", { service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
  }
}

/** What must not be lost. */
export class DataStack extends Stack {
  readonly database: DatabaseInstance;
  readonly files: FileSystem;
  readonly images: Repository;
  readonly tokenKey: Secret;

  constructor(scope: Construct, id: string, props: InVpcProps) {
    super(scope, id, props);
    const { vpc } = props;
    const key = () => ({ enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    const engine = DatabaseInstanceEngine.mysql({ version: MysqlEngineVersion.of("8.4.6", "8.4") });
    this.database = new DatabaseInstance(this, "Database", {
      engine,
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      instanceType: new InstanceType("t4g.medium"),
      credentials: Credentials.fromGeneratedSecret("clinic"),
      databaseName: "clinic",
      allocatedStorage: 20,
      multiAz: true,
      storageEncrypted: true,
      storageEncryptionKey: new Key(this, "DatabaseKey", key()),
      backupRetention: Duration.days(14),
      deletionProtection: true,
      monitoringInterval: Duration.seconds(60),
      enablePerformanceInsights: true,
      cloudwatchLogsExports: ["error", "slowquery"],
      cloudwatchLogsRetention: RetentionDays.ONE_MONTH,
      parameterGroup: new ParameterGroup(this, "Parameters", {
        engine,
        parameters: { require_secure_transport: "ON", slow_query_log: "1", long_query_time: "1" },
      }),
    });
    this.files = new FileSystem(this, "Documents", {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      encrypted: true,
      kmsKey: new Key(this, "DocumentsKey", key()),
      enableAutomaticBackups: true,
      lifecyclePolicy: LifecyclePolicy.AFTER_30_DAYS,
      throughputMode: ThroughputMode.ELASTIC,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.images = new Repository(this, "Api", {
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryptionKey: new Key(this, "ImagesKey", key()),
      lifecycleRules: [{ maxImageCount: 50 }],
    });
    // Without a key of its own: a grant would put the reader's role, of a later stack, into the key's policy, and the stacks into a cycle.
    this.tokenKey = new Secret(this, "TokenKey", {
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  }
}

/** The way in. */
export class EdgeStack extends Stack {
  readonly listener: ApplicationListener;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id, props);
    const { vpc, domain } = props;
    const zone = new PublicHostedZone(this, "Zone", { zoneName: domain });
    const certificate = new Certificate(this, "Certificate", {
      domainName: domain,
      validation: CertificateValidation.fromDns(zone),
    });
    this.securityGroup = new SecurityGroup(this, "Entrance", { vpc, allowAllOutbound: false });
    const balancer = new ApplicationLoadBalancer(this, "Balancer", {
      vpc,
      internetFacing: true,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
      securityGroup: this.securityGroup,
    });
    balancer.addRedirect();
    this.listener = balancer.addListener("Https", {
      port: 443,
      certificates: [certificate],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      defaultAction: ListenerAction.fixedResponse(404),
    });
    new ARecord(this, "Name", { zone, target: RecordTarget.fromAlias(new LoadBalancerTarget(balancer)) });
  }
}

/** What changes every day: cluster, capacity and the API. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, props);
    const { vpc, data, edge } = props;
    const cluster = new Cluster(this, "Cluster", { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const hosts = new SecurityGroup(this, "Hosts", { vpc });
    const group = new AutoScalingGroup(this, "Capacity", {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      minCapacity: 2,
      maxCapacity: 4,
      newInstancesProtectedFromScaleIn: false,
      launchTemplate: new LaunchTemplate(this, "Template", {
        instanceType: new InstanceType("t4g.medium"),
        machineImage: EcsOptimizedImage.amazonLinux2023(AmiHardwareType.ARM),
        requireImdsv2: true,
        securityGroup: hosts,
        userData: UserData.forLinux(),
        role: new Role(this, "HostRole", { assumedBy: new ServicePrincipal("ec2.amazonaws.com") }),
        detailedMonitoring: true,
      }),
    });
    const provider = new AsgCapacityProvider(this, "Provider", {
      autoScalingGroup: group,
      enableManagedTerminationProtection: false,
      enableManagedDraining: true,
    });
    cluster.addAsgCapacityProvider(provider);

    const task = new Ec2TaskDefinition(this, "Task", {
      networkMode: NetworkMode.AWS_VPC,
      volumes: [
        {
          name: "documents",
          efsVolumeConfiguration: {
            fileSystemId: data.files.fileSystemId,
            transitEncryption: "ENABLED",
            authorizationConfig: { iam: "ENABLED" },
          },
        },
      ],
    });
    const container = task.addContainer("api", {
      image: ContainerImage.fromEcrRepository(data.images, `sha256:${"0".repeat(64)}`),
      memoryLimitMiB: 512,
      cpu: 256,
      readonlyRootFilesystem: true,
      stopTimeout: Duration.seconds(60),
      portMappings: [{ containerPort: 8080 }],
      environment: {
        DATABASE_HOST: data.database.dbInstanceEndpointAddress,
        DATABASE_PORT: data.database.dbInstanceEndpointPort,
        DATABASE_NAME: "clinic",
      },
      secrets: {
        ...(data.database.secret !== undefined && {
          DATABASE_USER: TaskSecret.fromSecretsManager(data.database.secret, "username"),
          DATABASE_PASSWORD: TaskSecret.fromSecretsManager(data.database.secret, "password"),
        }),
        TOKEN_KEY: TaskSecret.fromSecretsManager(data.tokenKey),
      },
      logging: LogDrivers.awsLogs({
        streamPrefix: "api",
        logGroup: new LogGroup(this, "Log", {
          retention: RetentionDays.ONE_MONTH,
          encryptionKey: logKey(this),
        }),
      }),
      healthCheck: { command: ["CMD", "node", "health.mjs"], interval: Duration.seconds(10) },
    });
    container.addMountPoints({ containerPath: "/documents", sourceVolume: "documents", readOnly: false });

    const service = new Ec2Service(this, "Api", {
      cluster,
      taskDefinition: task,
      desiredCount: 2,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      capacityProviderStrategies: [{ capacityProvider: provider.capacityProviderName, weight: 1 }],
      placementStrategies: [PlacementStrategy.spreadAcross("attribute:ecs.availability-zone")],
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    });
    const targets = new ApplicationTargetGroup(this, "Targets", {
      vpc,
      port: 8080,
      protocol: ApplicationProtocol.HTTP,
      targets: [service],
      deregistrationDelay: Duration.seconds(30),
      healthCheck: { path: "/ready", interval: Duration.seconds(10), healthyThresholdCount: 2 },
    });
    new ApplicationListenerRule(this, "Rule", {
      listener: edge.listener,
      priority: 100,
      conditions: [ListenerCondition.pathPatterns(["/*"])],
      action: ListenerAction.forward([targets]),
    });
    const scaling = service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 4 });
    scaling.scaleOnCpuUtilization("Cpu", { targetUtilizationPercent: 60 });
    scaling.scaleOnRequestCount("Requests", { requestsPerTarget: 1000, targetGroup: targets });
    service.connections.allowToDefaultPort(data.database);
    service.connections.allowToDefaultPort(data.files);
    data.files.grantReadWrite(task.taskRole);
    Tags.of(this).add("Owner", "team");
  }
}

function logKey(stack: Stack): Key {
  const key = new Key(stack, "LogKey", { enableKeyRotation: true });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
    }),
  );
  return key;
}
